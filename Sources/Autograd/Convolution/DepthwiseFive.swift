/// How pixels of a depthwise convolution share what a window of 5 × 5 taps reads.
///
/// Four pixels of a line, `gap` apart, read 20 runs of the source for each line of their windows. Where the
/// window moves by one tap from each pixel to the next, only 8 of them are different, and 11 where it moves
/// by two. Read once and multiplied by weights in registers, the products are no longer bound by loads.
struct FiveTapSharing: Sendable {
  /// The distance of the four pixels in the grid; below zero where the taps go backwards.
  let gap: Int
  /// The taps that the window moves by between them, 1 or 2.
  let move: Int

  /// What the windows of a grid share; `nil` if they are not 5 × 5 or share nothing.
  init?(_ grid: TapGrid) {
    let taps = grid.taps
    guard taps.count == 25 else { return nil }
    let distance = taps[1].x - taps[0].x
    let isWindow = taps.indices.allSatisfy { index in
      let first = taps[index / 5 * 5]
      return taps[index].y == first.y && taps[index].x == first.x + index % 5 * distance
    }
    guard isWindow, distance != 0 else { return nil }
    if distance.isMultiple(of: grid.step) {
      (gap, move) = (distance / grid.step, 1)
    } else if grid.step == 2 * abs(distance) {
      (gap, move) = (distance.signum(), 2)
    } else {
      return nil
    }
  }

  /// Fours of pixels among the `rows` of a grid, each by its first one, and the pixels left over; both
  /// counted from the first row.
  ///
  /// With `overlapping`, pixels may be in two fours rather than left over.
  func groups(_ rows: Range<Int>, of grid: TapGrid, overlapping: Bool) -> (fours: [Int], ones: [Int]) {
    var (fours, ones): ([Int], [Int]) = ([], [])
    let width = abs(gap)
    grid.forEachLine(in: rows) { first, _, _, columns in
      for phase in 0..<min(width, columns.count) {
        let count = (columns.count - phase + width - 1) / width
        func add(_ place: Int) { fours.append(first + phase + (gap > 0 ? place : place + 3) * width) }
        for place in stride(from: 0, to: count / 4 * 4, by: 4) { add(place) }
        if overlapping, count > 4, count % 4 > 1 {
          add(count - 4)
        } else {
          ones += (count / 4 * 4..<count).map { first + phase + $0 * width }
        }
      }
    }
    return (fours, ones)
  }

  /// The pixels that are worked on at once: whole lines of the grid where they are not longer than `limit`.
  func block(_ limit: Int, of grid: TapGrid) -> Int {
    grid.gridWidth <= limit ? limit / grid.gridWidth * grid.gridWidth : limit / 4 * 4
  }
}

extension DepthwiseKernel {
  /// `bias + Σ weights·taps` of four pixels `gap` apart in the table and in `targets`, in the order of
  /// `forward`, so that each of them is the same to the last bit.
  static func forwardFour(
    _ table: UnsafePointer<UnsafePointer<Float>>, pitch: Int, sharing: FiveTapSharing,
    weights: UnsafePointer<Float>, bias: UnsafePointer<Float>, channels: Int,
    into targets: UnsafePointer<UnsafeMutablePointer<Float>>
  ) {
    let gap = sharing.gap
    var weights = weights
    for channel in stride(from: 0, to: channels, by: 16) {
      var sums = FourSums(Vector(at: bias + channel))
      var line = table
      for _ in 0..<5 {
        let taps = FiveVectors(at: weights)
        if sharing.move == 1 {
          sums.addLine(line, pitch, gap, channel, taps)
        } else {
          sums.addWideLine(line, pitch, gap, channel, taps)
        }
        line += 5 * pitch
        weights += 80
      }
      write(sums.a, channel, channels, targets[0])
      write(sums.b, channel, channels, targets[gap])
      write(sums.c, channel, channels, targets[2 * gap])
      write(sums.d, channel, channels, targets[3 * gap])
    }
  }

  /// Adds what `addWeightGradients` adds, for windows of 5 × 5 taps, from `groups` that do not overlap.
  static func addFiveTapGradients(
    _ table: UnsafePointer<UnsafePointer<Float>>, pitch: Int, sharing: FiveTapSharing,
    groups: (fours: [Int], ones: [Int]), channels: Int, gradient: UnsafePointer<Float>,
    to sums: UnsafeMutablePointer<Float>
  ) {
    let gap = sharing.gap
    for channel in stride(from: 0, to: channels, by: 16) {
      for number in 0..<5 {
        let line = table + 5 * number * pitch
        let target = sums + channel * 25 + number * 80
        var taps = FiveVectors(at: target)
        for first in groups.fours {
          let g = gradient + first * channels + channel
          if sharing.move == 1 {
            taps.addLine(line + first, pitch, gap, channel, g, gap * channels)
          } else {
            taps.addWideLine(line + first, pitch, gap, channel, g, gap * channels)
          }
        }
        for pixel in groups.ones {
          taps.add(line + pixel, pitch, channel, Vector(at: gradient + pixel * channels + channel))
        }
        taps.store(to: target)
      }
    }
  }
}

/// The sums of four pixels.
private struct FourSums {
  var a: Vector, b: Vector, c: Vector, d: Vector

  @inline(__always)
  init(_ start: Vector) { (a, b, c, d) = (start, start, start, start) }

  /// Adds what a run of the source is to the pixels whose windows hold it.
  @inline(__always)
  private mutating func add(
    _ x: Vector, _ u: Vector? = nil, _ v: Vector? = nil, _ w: Vector? = nil, _ z: Vector? = nil
  ) {
    if let u { a.addProduct(x, u) }
    if let v { b.addProduct(x, v) }
    if let w { c.addProduct(x, w) }
    if let z { d.addProduct(x, z) }
  }

  /// Adds a line of windows that move by one tap from pixel to pixel.
  @inline(__always)
  mutating func addLine(
    _ line: UnsafePointer<UnsafePointer<Float>>, _ pitch: Int, _ gap: Int, _ channel: Int, _ w: FiveVectors
  ) {
    add(Vector(at: line[0] + channel), w.a)
    add(Vector(at: line[gap] + channel), w.b, w.a)
    add(Vector(at: line[2 * gap] + channel), w.c, w.b, w.a)
    let last = line + 3 * gap
    add(Vector(at: last[0] + channel), w.d, w.c, w.b, w.a)
    add(Vector(at: last[pitch] + channel), w.e, w.d, w.c, w.b)
    add(Vector(at: last[2 * pitch] + channel), nil, w.e, w.d, w.c)
    add(Vector(at: last[3 * pitch] + channel), nil, nil, w.e, w.d)
    add(Vector(at: last[4 * pitch] + channel), nil, nil, nil, w.e)
  }

  /// Adds a line of windows that move by two taps from pixel to pixel.
  @inline(__always)
  mutating func addWideLine(
    _ line: UnsafePointer<UnsafePointer<Float>>, _ pitch: Int, _ gap: Int, _ channel: Int, _ w: FiveVectors
  ) {
    add(Vector(at: line[0] + channel), w.a)
    add(Vector(at: line[pitch] + channel), w.b)
    add(Vector(at: line[gap] + channel), w.c, w.a)
    add(Vector(at: line[gap + pitch] + channel), w.d, w.b)
    add(Vector(at: line[2 * gap] + channel), w.e, w.c, w.a)
    add(Vector(at: line[2 * gap + pitch] + channel), nil, w.d, w.b)
    let last = line + 3 * gap
    add(Vector(at: last[0] + channel), nil, w.e, w.c, w.a)
    add(Vector(at: last[pitch] + channel), nil, nil, w.d, w.b)
    add(Vector(at: last[2 * pitch] + channel), nil, nil, w.e, w.c)
    add(Vector(at: last[3 * pitch] + channel), nil, nil, nil, w.d)
    add(Vector(at: last[4 * pitch] + channel), nil, nil, nil, w.e)
  }
}

/// The weights of one line of a window, or the sums of their gradients.
private struct FiveVectors {
  var a: Vector, b: Vector, c: Vector, d: Vector, e: Vector

  /// Vectors that follow each other.
  @inline(__always)
  init(at start: UnsafePointer<Float>) {
    (a, b, c) = (Vector(at: start), Vector(at: start + 16), Vector(at: start + 32))
    (d, e) = (Vector(at: start + 48), Vector(at: start + 64))
  }

  @inline(__always)
  func store(to start: UnsafeMutablePointer<Float>) {
    a.store(to: start)
    b.store(to: start + 16)
    c.store(to: start + 32)
    d.store(to: start + 48)
    e.store(to: start + 64)
  }

  /// Adds a run of the source times the gradients of the pixels that it is one of these taps for.
  @inline(__always)
  private mutating func add(
    _ x: Vector, _ u: Vector? = nil, _ v: Vector? = nil, _ w: Vector? = nil, _ y: Vector? = nil,
    _ z: Vector? = nil
  ) {
    if let u { a.addProduct(x, u) }
    if let v { b.addProduct(x, v) }
    if let w { c.addProduct(x, w) }
    if let y { d.addProduct(x, y) }
    if let z { e.addProduct(x, z) }
  }

  /// Adds one pixel with the gradient `g`.
  @inline(__always)
  mutating func add(
    _ line: UnsafePointer<UnsafePointer<Float>>, _ pitch: Int, _ channel: Int, _ g: Vector
  ) {
    a.addProduct(g, Vector(at: line[0] + channel))
    b.addProduct(g, Vector(at: line[pitch] + channel))
    c.addProduct(g, Vector(at: line[2 * pitch] + channel))
    d.addProduct(g, Vector(at: line[3 * pitch] + channel))
    e.addProduct(g, Vector(at: line[4 * pitch] + channel))
  }

  /// Adds four pixels whose windows move by one tap; their gradients lie `step` apart.
  @inline(__always)
  mutating func addLine(
    _ line: UnsafePointer<UnsafePointer<Float>>, _ pitch: Int, _ gap: Int, _ channel: Int,
    _ gradient: UnsafePointer<Float>, _ step: Int
  ) {
    let (g, h) = (Vector(at: gradient), Vector(at: gradient + step))
    let (i, j) = (Vector(at: gradient + 2 * step), Vector(at: gradient + 3 * step))
    add(Vector(at: line[0] + channel), g)
    add(Vector(at: line[gap] + channel), h, g)
    add(Vector(at: line[2 * gap] + channel), i, h, g)
    let last = line + 3 * gap
    add(Vector(at: last[0] + channel), j, i, h, g)
    add(Vector(at: last[pitch] + channel), nil, j, i, h, g)
    add(Vector(at: last[2 * pitch] + channel), nil, nil, j, i, h)
    add(Vector(at: last[3 * pitch] + channel), nil, nil, nil, j, i)
    add(Vector(at: last[4 * pitch] + channel), nil, nil, nil, nil, j)
  }

  /// Adds four pixels whose windows move by two taps; their gradients lie `step` apart.
  @inline(__always)
  mutating func addWideLine(
    _ line: UnsafePointer<UnsafePointer<Float>>, _ pitch: Int, _ gap: Int, _ channel: Int,
    _ gradient: UnsafePointer<Float>, _ step: Int
  ) {
    let (g, h) = (Vector(at: gradient), Vector(at: gradient + step))
    let (i, j) = (Vector(at: gradient + 2 * step), Vector(at: gradient + 3 * step))
    add(Vector(at: line[0] + channel), g)
    add(Vector(at: line[pitch] + channel), nil, g)
    add(Vector(at: line[gap] + channel), h, nil, g)
    add(Vector(at: line[gap + pitch] + channel), nil, h, nil, g)
    add(Vector(at: line[2 * gap] + channel), i, nil, h, nil, g)
    add(Vector(at: line[2 * gap + pitch] + channel), nil, i, nil, h)
    let last = line + 3 * gap
    add(Vector(at: last[0] + channel), j, nil, i, nil, h)
    add(Vector(at: last[pitch] + channel), nil, j, nil, i)
    add(Vector(at: last[2 * pitch] + channel), nil, nil, j, nil, i)
    add(Vector(at: last[3 * pitch] + channel), nil, nil, nil, j)
    add(Vector(at: last[4 * pitch] + channel), nil, nil, nil, nil, j)
  }
}
