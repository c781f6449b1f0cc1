extension Tensor {
  /// The quotient of each pair of values, the smaller operand stretched as in NumPy.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    let b = right.detached()
    let (leftShape, rightShape) = (left.shape, right.shape)
    let output = Elementwise.map(left, right, Division(), "divide")
    return output.recorded(
      "divide", from: left, right,
      pullbacks: { ($0 / b).summed(to: leftShape) }, { -($0 * output / b).summed(to: rightShape) })
  }

  /// Each value divided by `right`.
  public static func / (left: Tensor, right: Float) -> Tensor {
    Elementwise.map(left, Quotient(divisor: right)).recorded("divide", from: left) { $0 / right }
  }

  /// `left` divided by each value.
  public static func / (left: Float, right: Tensor) -> Tensor {
    right.applying(Inverse(scale: left), "divide")
  }
}

private struct Division: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a / b }
}

/// x / divisor.
private struct Quotient: UnaryMap {
  let divisor: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { x / divisor }
}

/// scale / x.
private struct Inverse: UnaryFunction {
  static let saved = SavedValue.input
  let scale: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { scale / x }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { -g * scale / (x * x) }
}
