/// A function of one number.
///
/// Implementations are marked `@inline(__always)`, so that their arithmetic lands inside the loop.
protocol UnaryMap: Sendable {
  /// The function of sixteen numbers.
  func value(_ x: Vector) -> Vector
}

/// A function of one number with its derivative rule: all that a file of an elementwise operation states.
protocol UnaryFunction: UnaryMap {
  /// What the derivative rule wants to see again.
  static var saved: SavedValue { get }

  /// The gradient of the input, from that of the output and from the saved value.
  func gradient(_ g: Vector, _ saved: Vector) -> Vector
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
    return output.recorded(operation, from: self) { gradient in
      Elementwise.map(gradient, saved, PulledBack(function: function), operation)
    }
  }
}

/// The derivative rule of an elementwise operation as a function of two numbers.
private struct PulledBack<Function: UnaryFunction>: BinaryFunction {
  let function: Function

  @inline(__always)
  func value(_ g: Vector, _ saved: Vector) -> Vector { function.gradient(g, saved) }
}
