/// A function of two numbers.
///
/// Implementations are marked `@inline(__always)`, so that their arithmetic lands inside the loop.
protocol BinaryFunction: Sendable {
  /// The function of sixteen pairs of numbers.
  func value(_ a: Vector, _ b: Vector) -> Vector
}

/// The loops behind every elementwise operation, compiled once for each function.
///
/// A function sees sixteen values at a time; lanes after the end of a row are padding, and what it makes of
/// them is dropped.
enum Elementwise {
  /// The number of values per piece of work: large enough to hide the hand-over, small enough to share.
  static let grain = 1 << 15

  /// The function of each value, not recorded.
  static func map<Function: UnaryMap>(_ x: Tensor, _ function: Function) -> Tensor {
    let (input, output) = (x.storage, Storage(count: x.count))
    Parallel.forEachRange(x.count, grain: grain) { range in
      let x = UnsafePointer(input.base) + range.lowerBound
      run(
        range.count, output.base + range.lowerBound, full: { function.value(Vector(at: x + $0)) },
        tail: { function.value(Vector(at: x + $0, count: $1)) })
    }
    return Tensor(shape: x.shape, storage: output)
  }

  /// The function of each pair of values, not recorded; the smaller operand is stretched as in NumPy.
  ///
  /// - Precondition: the shapes can be broadcast.
  static func map<Function: BinaryFunction>(
    _ first: Tensor, _ second: Tensor, _ function: Function, _ operation: String
  ) -> Tensor {
    let rows = BroadcastRows(first.shape, second.shape, operation)
    let (left, right, output) = (first.storage, second.storage, Storage(count: rows.shape.elementCount))
    Parallel.forEachRange(output.count, grain: grain) { range in
      rows.forEachRun(in: range) { start, count, leftStart, rightStart in
        let (a, b) = (UnsafePointer(left.base) + leftStart, UnsafePointer(right.base) + rightStart)
        fill(count, output.base + start, a, rows.firstIsStretched, b, rows.secondIsStretched, function)
      }
    }
    return Tensor(shape: rows.shape, storage: output)
  }

  /// The values of `x`, stretched as in NumPy to `shape`, not recorded.
  ///
  /// - Precondition: `x` can be stretched to `shape`.
  static func stretch(_ x: Tensor, to shape: Shape) -> Tensor {
    if x.shape == shape { return x.detached() }
    if x.count == 1 { return Tensor(repeating: x.scalar, shape: shape) }
    let rows = BroadcastRows(shape, x.shape, "stretch")
    precondition(rows.shape == shape, "stretch: the shape \(x.shape) cannot be stretched to \(shape)")
    let (input, output) = (x.storage, Storage(count: shape.elementCount))
    Parallel.forEachRange(output.count, grain: grain) { range in
      rows.forEachRun(in: range) { start, count, _, from in
        if rows.secondIsStretched {
          (output.base + start).update(repeating: input.base[from], count: count)
        } else {
          (output.base + start).update(from: input.base + from, count: count)
        }
      }
    }
    return Tensor(shape: shape, storage: output)
  }

  @inline(__always)
  private static func fill(
    _ count: Int, _ output: UnsafeMutablePointer<Float>,
    _ a: UnsafePointer<Float>, _ aIsStretched: Bool, _ b: UnsafePointer<Float>, _ bIsStretched: Bool,
    _ function: some BinaryFunction
  ) {
    if aIsStretched {
      let a = Vector(repeating: a[0])
      run(
        count, output, full: { function.value(a, Vector(at: b + $0)) },
        tail: { function.value(a, Vector(at: b + $0, count: $1)) })
    } else if bIsStretched {
      let b = Vector(repeating: b[0])
      run(
        count, output, full: { function.value(Vector(at: a + $0), b) },
        tail: { function.value(Vector(at: a + $0, count: $1), b) })
    } else {
      run(
        count, output, full: { function.value(Vector(at: a + $0), Vector(at: b + $0)) },
        tail: { function.value(Vector(at: a + $0, count: $1), Vector(at: b + $0, count: $1)) })
    }
  }

  /// Fills `count` values from `full` vectors and one partial vector at the end.
  @inline(__always)
  private static func run(
    _ count: Int, _ output: UnsafeMutablePointer<Float>, full: (Int) -> Vector, tail: (Int, Int) -> Vector
  ) {
    var index = 0
    while index + 16 <= count {
      full(index).store(to: output + index)
      index += 16
    }
    if index < count { tail(index, count - index).store(to: output + index, count: count - index) }
  }
}
