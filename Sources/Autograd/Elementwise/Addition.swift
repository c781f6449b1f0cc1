extension Tensor {
  /// The sum of each pair of values, the smaller operand stretched as in NumPy.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    return Elementwise.map(left, right, Addition(), "add").recorded(
      "add", from: left, right,
      pullbacks: { $0.summed(to: leftShape) }, { $0.summed(to: rightShape) })
  }

  /// `right` added to each value.
  public static func + (left: Tensor, right: Float) -> Tensor {
    Elementwise.map(left, Offset(amount: right)).recorded("add", from: left) { $0 }
  }

  /// `left` added to each value.
  public static func + (left: Float, right: Tensor) -> Tensor { right + left }
}

private struct Addition: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a + b }
}

/// x + amount.
private struct Offset: UnaryMap {
  let amount: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { x + amount }
}
