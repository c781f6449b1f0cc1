extension Tensor {
  /// The product of each pair of values, the smaller operand stretched as in NumPy.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    let (a, b) = (left.detached(), right.detached())
    let (leftShape, rightShape) = (left.shape, right.shape)
    return Elementwise.map(left, right, Multiplication(), "multiply").recorded(
      "multiply", from: left, right,
      pullbacks: { ($0 * b).summed(to: leftShape) }, { ($0 * a).summed(to: rightShape) })
  }

  /// Each value times `right`.
  public static func * (left: Tensor, right: Float) -> Tensor {
    Elementwise.map(left, Scaling(factor: right)).recorded("multiply", from: left) { $0 * right }
  }

  /// Each value times `left`.
  public static func * (left: Float, right: Tensor) -> Tensor { right * left }
}

private struct Multiplication: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a * b }
}

/// factor · x.
struct Scaling: UnaryMap {
  let factor: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { x * factor }
}
