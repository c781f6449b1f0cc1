/// A function of two numbers.
///
/// Implementations are marked `@inline(__always)`, so that their arithmetic lands inside the loop.
protocol BinaryFunction: Sendable {
  /// The function of sixteen pairs of numbers.
  func value(_ a: Vector, _ b: Vector) -> Vector
}

/// The loops behind every elementwise operation, compiled once for each function.
///
/// A function sees sixteen values at a time; the lanes after the end of a row hold whatever lies there, and
/// what the function makes of them is dropped. Each loop contains the function once: inlined copies of
/// vector code are what the compiler spends its time on. The function stands in the loop itself, never in a
/// closure that returns a vector: returned vectors travel as four quarters, and the compiler then computes
/// them in quarters, too.
enum Elementwise {
  /// The number of values per piece of work: large enough to hide the hand-over, small enough to share.
  static let grain = 1 << 15

  /// The function of each value, not recorded.
  static func map<Function: UnaryMap>(_ x: Tensor, _ function: Function) -> Tensor {
    let (input, output) = (x.storage, Storage(count: x.count))
    Parallel.forEachRange(x.count, grain: grain) { range in
      let (x, y) = (UnsafePointer(input.base), output.base)
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        function.value(Vector(at: x + index)).store(to: y + index, count: range.upperBound &- index)
      }
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
      // An operand that stands still is read from here again and again.
      withUnsafeTemporaryAllocation(of: Float.self, capacity: 32) { still in
        guard let still = still.baseAddress else { return }
        rows.forEachRun(in: range) { start, count, leftStart, rightStart in
          var (a, b) = (UnsafePointer(left.base) + leftStart, UnsafePointer(right.base) + rightStart)
          if rows.firstIsStretched { a = repeated(a[0], in: still) }
          if rows.secondIsStretched { b = repeated(b[0], in: still + 16) }
          let (aStep, bStep) = (rows.firstIsStretched ? 0 : 1, rows.secondIsStretched ? 0 : 1)
          let y = output.base + start
          for index in stride(from: 0, to: count, by: 16) {
            function.value(Vector(at: a + index &* aStep), Vector(at: b + index &* bStep))
              .store(to: y + index, count: count &- index)
          }
        }
      }
    }
    return Tensor(shape: rows.shape, storage: output)
  }

  /// The values of `x`, stretched as in NumPy to `shape`, not recorded.
  ///
  /// - Precondition: `x` can be stretched to `shape`.
  static func stretch(_ x: Tensor, to shape: Shape) -> Tensor {
    if x.shape == shape { return x.detached() }
    if x.count == 1, shape.rank >= x.rank { return Tensor(repeating: x.scalar, shape: shape) }
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

  private static func repeated(
    _ value: Float, in place: UnsafeMutablePointer<Float>
  ) -> UnsafePointer<Float> {
    place.update(repeating: value, count: 16)
    return UnsafePointer(place)
  }
}

/// A function of one number.
///
/// Implementations are marked `@inline(__always)`, so that their arithmetic lands inside the loop.
protocol UnaryMap: Sendable {
  /// The function of sixteen numbers.
  func value(_ x: Vector) -> Vector
}

/// A function of one number with its derivative rule: all that an elementwise operation states.
protocol UnaryFunction: UnaryMap {
  /// What the derivative rule wants to see again.
  static var saved: SavedValue { get }
  /// Whether it is a rectifier, which passes a gradient on or stops it.
  static var isRectifier: Bool { get }

  /// The gradient of the input, from that of the output and from the saved value.
  func gradient(_ g: Vector, _ saved: Vector) -> Vector
}

extension UnaryFunction {
  static var isRectifier: Bool { false }
}

/// The value of an elementwise operation that its pullback keeps.
enum SavedValue {
  case input, output
}

extension Tensor {
  /// The function of each value, recorded.
  func applying<Function: UnaryFunction>(_ function: Function, _ operation: String) -> Tensor {
    let output = Elementwise.map(self, function)
    let saved = Function.saved == .input ? detached() : output
    var openPullback: Pullback?
    if Function.isRectifier { openPullback = { [$0] } }
    return output.recorded(operation, from: [self], openPullback: openPullback) { gradient in
      [Elementwise.map(gradient, saved, PulledBack(function: function), operation)]
    }
  }
}

/// The derivative rule of an elementwise operation as a function of two numbers.
private struct PulledBack<Function: UnaryFunction>: BinaryFunction {
  let function: Function

  @inline(__always)
  func value(_ g: Vector, _ saved: Vector) -> Vector { function.gradient(g, saved) }
}
