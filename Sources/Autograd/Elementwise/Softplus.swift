extension Tensor {
  /// `ln(1 + eˣ)`, elementwise, without overflow.
  public func softplus() -> Tensor { applying(Softplus(), "softplus") }
}

private struct Softplus: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.softplus(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { g * VectorMath.sigmoid(x) }
}
