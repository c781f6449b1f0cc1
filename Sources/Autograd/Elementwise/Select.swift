extension Tensor {
  /// `whenTrue` where `condition` is not 0, else `whenFalse`; the three are stretched as in NumPy.
  ///
  /// Values that are not chosen do not matter, not even NaN, and get no gradient.
  public static func select(_ condition: Tensor, _ whenTrue: Tensor, _ whenFalse: Tensor) -> Tensor {
    let condition = condition.detached()
    let (trueShape, falseShape) = (whenTrue.shape, whenFalse.shape)
    // Chosen from one side each, the two add up to the result; a stretched zero costs nothing.
    let chosen = Elementwise.map(condition, whenTrue, KeepWhereTrue(), "select")
    let other = Elementwise.map(condition, whenFalse, KeepWhereFalse(), "select")
    return (chosen + other).recorded(
      "select", from: whenTrue, whenFalse,
      pullbacks: { Elementwise.map(condition, $0, KeepWhereTrue(), "select").summed(to: trueShape) },
      { Elementwise.map(condition, $0, KeepWhereFalse(), "select").summed(to: falseShape) })
  }
}

private struct KeepWhereTrue: BinaryFunction {
  @inline(__always)
  func value(_ condition: Vector, _ x: Vector) -> Vector { x.replacing(with: 0, where: condition .== 0) }
}

private struct KeepWhereFalse: BinaryFunction {
  @inline(__always)
  func value(_ condition: Vector, _ x: Vector) -> Vector { x.replacing(with: 0, where: condition .!= 0) }
}
