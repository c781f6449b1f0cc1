/// The height and width of a map.
struct Plane {
  let height: Int
  let width: Int
}

/// 36 matrices of one line per square.
///
/// `@unchecked Sendable` is inherited from the storage: pieces of parallel work write lines of their own.
struct PlaneStack: Sendable {
  private let storage: Storage
  private let channels: Int
  private let stride: Int

  init(lines: Int, channels: Int) {
    self.channels = channels
    // No power of two, which would crowd the 36 lines of a square into a few sets of the cache.
    stride = (lines * channels + 1023) / 1024 * 1024 + 48
    storage = Storage(count: 36 * stride)
  }

  /// Where a plane, or a line of it, starts.
  func base(_ plane: Int, line: Int = 0) -> UnsafeMutablePointer<Float> {
    storage.base + plane * stride + line * channels
  }

  /// The same, to be read.
  func plane(_ plane: Int) -> UnsafePointer<Float> { UnsafePointer(base(plane)) }

  /// The number of channels of a line.
  var width: Int { channels }
}

/// The squares of 4 × 4 positions that cover the maps of a batch, row by row.
struct Squares: Sendable {
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
    _ block: Range<Int>, _: Step.Type, from map: UnsafePointer<Float>, _ plane: Plane, offset: Int,
    to planes: PlaneStack
  ) {
    let map = SharedPointer(UnsafeMutablePointer(mutating: map))
    let channels = planes.width
    let zeros = Storage(count: channels)
    zeros.base.update(repeating: 0, count: channels)
    let size = (height: plane.height, width: plane.width)
    Parallel.forEachRange(block.count, grain: Self.grain) { lines in
      withTables { sources, targets, scratch in
        for line in lines {
          let (image, top, left) = place(block.lowerBound + line)
          for row in 0..<Step.inputs {
            let y = top + offset + row
            for column in 0..<Step.inputs {
              let x = left + offset + column
              let isInside = y >= 0 && y < size.height && x >= 0 && x < size.width
              sources[row * Step.inputs + column] = UnsafePointer(
                isInside
                  ? map.pointer + ((image * size.height + y) * size.width + x) * channels : zeros.base)
            }
          }
          for index in 0..<36 { targets[index] = planes.base(index, line: line) }
          Step.transform(sources, channels: channels, to: targets, scratch: scratch)
        }
      }
    }
  }

  /// Transforms the products of each square of `block` back, adds the bias, and writes what lies on the map.
  func gather(_ block: Range<Int>, _ planes: PlaneStack, to out: SharedPointer<Float>, bias: Tensor?) {
    let channels = planes.width
    Parallel.forEachRange(block.count, grain: Self.grain) { lines in
      let outside = Storage(count: channels)
      withTables { sources, targets, scratch in
        for line in lines {
          let (image, top, left) = place(block.lowerBound + line)
          for index in 0..<36 { sources[index] = planes.plane(index) + line * channels }
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

/// Calls `body` with tables for the lines of a transform, and with scratch memory for one.
func withTables(
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
