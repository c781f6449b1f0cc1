/// One axis of a Winograd transform F(4, 3) with the points 0, 1, −1, 2, −2, ∞ (Lavin and Gray, CVPR 2016).
///
/// `apply` reads `inputs` vectors and writes `outputs` vectors. In two dimensions it is applied to the
/// columns of a square, then to the rows of what comes out.
protocol WinogradStep {
  static var inputs: Int { get }
  static var outputs: Int { get }
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void)
}

/// `Bᵀ`: six values of a line of the map.
enum MapStep: WinogradStep {
  static var inputs: Int { 6 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
    write(0, (x4 + 4 * x0) - 5 * x2)
    let (even, odd) = (x4 - 4 * x2, x3 - 4 * x1)
    write(1, even + odd)
    write(2, even - odd)
    let (far, slope) = (x4 - x2, 2 * (x3 - x1))
    write(3, far + slope)
    write(4, far - slope)
    write(5, (x5 + 4 * x1) - 5 * x3)
  }
}

/// `G`: three weights of a line of the kernel.
enum KernelStep: WinogradStep {
  static var inputs: Int { 3 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x0, x1, x2) = (x(0), x(1), x(2))
    write(0, x0 * 0.25)
    let (even, odd) = ((x0 + x2) * (-1 / 6), x1 * (1 / 6))
    write(1, even - odd)
    write(2, even + odd)
    let (far, slope) = (x0 * (1 / 24) + x2 * (1 / 6), x1 * (1 / 12))
    write(3, far + slope)
    write(4, far - slope)
    write(5, x2)
  }
}

/// `Aᵀ`: six products become four outputs.
enum OutputStep: WinogradStep {
  static var inputs: Int { 6 }
  static var outputs: Int { 4 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x1, x2, x3, x4) = (x(1), x(2), x(3), x(4))
    let (near, slope) = (x1 + x2, x1 - x2)
    let (far, steep) = (x3 + x4, x3 - x4)
    write(0, x(0) + near + far)
    write(1, slope + 2 * steep)
    write(2, near + 4 * far)
    write(3, slope + 8 * steep + x(5))
  }
}

/// `A`: four gradients of outputs, for the gradient of the kernel.
enum OutputGradientStep: WinogradStep {
  static var inputs: Int { 4 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x0, x1, x2, x3) = (x(0), x(1), x(2), x(3))
    write(0, x0)
    let (even, odd) = (x0 + x2, x1 + x3)
    write(1, even + odd)
    write(2, even - odd)
    let (far, steep) = (x0 + 4 * x2, 2 * x1 + 8 * x3)
    write(3, far + steep)
    write(4, far - steep)
    write(5, x3)
  }
}

/// `Gᵀ`: six sums of products become three gradients of weights.
enum KernelGradientStep: WinogradStep {
  static var inputs: Int { 6 }
  static var outputs: Int { 3 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x1, x2, x3, x4) = (x(1), x(2), x(3), x(4))
    let (near, far) = ((x1 + x2) * (1 / 6), x3 + x4)
    write(0, x(0) * 0.25 - near + far * (1 / 24))
    write(1, (x2 - x1) * (1 / 6) + (x3 - x4) * (1 / 12))
    write(2, far * (1 / 6) - near + x(5))
  }
}

extension WinogradStep {
  /// Transforms a square of `inputs²` lines of `channels` values to one of `outputs²`, wherever they lie.
  ///
  /// `scratch` has room for 36 vectors, and the channels fill whole vectors.
  @inline(never)
  static func transform(
    _ sources: UnsafePointer<UnsafePointer<Float>>, channels: Int,
    to targets: UnsafePointer<UnsafeMutablePointer<Float>>, scratch: UnsafeMutablePointer<Float>
  ) {
    for channel in stride(from: 0, to: channels, by: 16) {
      for column in 0..<inputs {
        apply({ Vector(at: sources[$0 &* inputs &+ column] + channel) }) { row, value in
          value.store(to: scratch + (row &* inputs &+ column) &* 16)
        }
      }
      for row in 0..<outputs {
        apply({ Vector(at: scratch + (row &* inputs &+ $0) &* 16) }) { column, value in
          value.store(to: targets[row &* outputs &+ column] + channel)
        }
      }
    }
  }
}

/// Calls `body` with tables for the lines of a transform, and with scratch memory for one.
func withWinogradTables(
  _ body: (
    _ sources: UnsafeMutablePointer<UnsafePointer<Float>>,
    _ targets: UnsafeMutablePointer<UnsafeMutablePointer<Float>>, _ scratch: UnsafeMutablePointer<Float>
  ) -> Void
) {
  withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: 36) { sources in
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: 36) { targets in
      withUnsafeTemporaryAllocation(byteCount: 36 * 64, alignment: 64) { scratch in
        guard let sources = sources.baseAddress, let targets = targets.baseAddress,
          let scratch = scratch.baseAddress
        else { return }
        body(sources, targets, scratch.assumingMemoryBound(to: Float.self))
      }
    }
  }
}

/// The squares of 4 × 4 positions that cover the maps of a batch, row by row.
struct WinogradSquares: Sendable {
  let batch: Int
  let height: Int
  let width: Int

  private static let side = 4
  /// Squares that one thread takes at a time.
  private static let grain = 4

  private var rows: Int { (height + Self.side - 1) / Self.side }
  private var columns: Int { (width + Self.side - 1) / Self.side }

  /// The number of squares.
  var count: Int { batch * rows * columns }

  private func place(_ square: Int) -> (image: Int, y: Int, x: Int) {
    let (line, column) = square.quotientAndRemainder(dividingBy: columns)
    let (image, row) = line.quotientAndRemainder(dividingBy: rows)
    return (image, row * Self.side, column * Self.side)
  }

  /// Transforms the values around each square of `block`, from `offset` on, to a line of the 36 planes; what
  /// lies outside the map counts as zero.
  func spread<Step: WinogradStep>(
    _ block: Range<Int>, _: Step.Type, from base: UnsafePointer<Float>, _ map: TapGrid.Map, offset: Int,
    to planes: PlaneStack
  ) {
    let base = SharedPointer(UnsafeMutablePointer(mutating: base))
    let channels = planes.width
    let zeros = Storage(count: channels)
    zeros.base.update(repeating: 0, count: channels)
    Parallel.forEachRange(block.count, grain: Self.grain) { lines in
      withWinogradTables { sources, targets, scratch in
        for line in lines {
          let (image, top, left) = place(block.lowerBound + line)
          for row in 0..<Step.inputs {
            let y = top + offset + row
            for column in 0..<Step.inputs {
              let x = left + offset + column
              let isInside = y >= 0 && y < map.height && x >= 0 && x < map.width
              sources[row * Step.inputs + column] = UnsafePointer(
                isInside
                  ? base.pointer + image * map.imageStride + y * map.lineStride + x * map.pixelStride
                  : zeros.base)
            }
          }
          for index in 0..<PlaneStack.planes { targets[index] = planes.line(line, of: index) }
          Step.transform(sources, channels: channels, to: targets, scratch: scratch)
        }
      }
    }
  }

  /// Transforms the products of each square of `block` back, adds the bias, and writes what lies on the map,
  /// which `finish` may change.
  func gather(
    _ block: Range<Int>, _ planes: PlaneStack, to out: SharedPointer<Float>, bias: Tensor?,
    finish: ProductFinish?
  ) {
    let channels = planes.width
    Parallel.forEachRange(block.count, grain: Self.grain) { lines in
      let outside = Storage(count: channels)
      withWinogradTables { sources, targets, scratch in
        for line in lines {
          let (image, top, left) = place(block.lowerBound + line)
          for index in 0..<PlaneStack.planes {
            sources[index] = UnsafePointer(planes.line(line, of: index))
          }
          for row in 0..<Self.side {
            for column in 0..<Self.side {
              let isInside = top + row < height && left + column < width
              targets[row * Self.side + column] =
                isInside
                ? out.pointer + ((image * height + top + row) * width + left + column) * channels
                : outside.base
            }
          }
          OutputStep.transform(sources, channels: channels, to: targets, scratch: scratch)
          if let bias { addBias(bias, targets, channels) }
          guard let finish else { continue }
          var inside = 0
          for index in 0..<Self.side * Self.side where targets[index] != outside.base {
            targets[inside] = targets[index]
            inside += 1
          }
          finish(ProductBlock(lines: targets, rows: inside, columns: 0..<channels, base: out.pointer))
        }
      }
    }
  }

  private func addBias(_ bias: Tensor, _ lines: UnsafePointer<UnsafeMutablePointer<Float>>, _ channels: Int) {
    bias.withPointer { bias in
      for index in 0..<Self.side * Self.side {
        let line = lines[index]
        for channel in stride(from: 0, to: channels, by: 16) {
          (Vector(at: line + channel) + Vector(at: bias + channel)).store(to: line + channel)
        }
      }
    }
  }
}
