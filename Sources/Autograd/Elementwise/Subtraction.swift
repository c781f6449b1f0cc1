extension Tensor {
  /// The difference of each pair of values, the smaller operand stretched as in NumPy.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    let (leftShape, rightShape) = (left.shape, right.shape)
    return Elementwise.map(left, right, Subtraction(), "subtract").recorded(
      "subtract", from: left, right,
      pullbacks: { $0.summed(to: leftShape) }, { -$0.summed(to: rightShape) })
  }

  /// Each value less `right`.
  public static func - (left: Tensor, right: Float) -> Tensor { left + (-right) }

  /// `left` less each value.
  public static func - (left: Float, right: Tensor) -> Tensor {
    Elementwise.map(right, Complement(whole: left)).recorded("subtract", from: right) { -$0 }
  }
}

private struct Subtraction: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a - b }
}

/// whole − x.
private struct Complement: UnaryMap {
  let whole: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector { whole - x }
}
