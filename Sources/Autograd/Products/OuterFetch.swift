import CProcessor

/// The lines of both operands that the next block of pixels will read, fetched while this one is multiplied.
///
/// Packing would wait for them otherwise. Each run of the kernel asks for one line of either operand, a
/// little with every pixel: all at once they would be in the way of what the kernel itself reads.
struct OuterFetch {
  let left: UnsafePointer<Float>
  let right: UnsafePointer<Float>
  /// The distances between lines.
  let strides: (left: Int, right: Int)
  /// The number of lines.
  let count: Int
  /// The bytes of a line that each pixel asks for.
  let step: Int

  /// One line of either operand.
  struct Line {
    private var left: UnsafeRawPointer
    private var right: UnsafeRawPointer
    private let step: Int

    /// Asks for nothing but what `pointer` points to.
    init(none pointer: UnsafePointer<Float>) {
      (left, right) = (UnsafeRawPointer(pointer), UnsafeRawPointer(pointer))
      step = 0
    }

    init(left: UnsafePointer<Float>, right: UnsafePointer<Float>, step: Int) {
      (self.left, self.right) = (UnsafeRawPointer(left), UnsafeRawPointer(right))
      self.step = step
    }

    /// Asks for the next bytes of both lines.
    @inline(__always) mutating func fetchNext() {
      prefetch_for_reading(left)
      prefetch_for_reading(right)
      left += step
      right += step
    }

    /// Asks for what so many pixels would, at once.
    @inline(__always) mutating func fetchNext(steps: Int) {
      for offset in stride(from: 0, to: steps * step, by: 64) {
        prefetch_for_reading(left + offset)
        prefetch_for_reading(right + offset)
      }
      left += steps * step
      right += steps * step
    }
  }

  /// The line that run `index` of the kernel asks for.
  func line(_ index: Int) -> Line {
    let number = min(index, count - 1)
    return Line(left: left + number * strides.left, right: right + number * strides.right, step: step)
  }
}
