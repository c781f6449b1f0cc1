extension Tensor {
  /// `1 / (1 + e⁻ˣ)`, elementwise.
  public func sigmoid() -> Tensor { applying(Sigmoid(), "sigmoid") }
}

private struct Sigmoid: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.sigmoid(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g * y * (1 - y) }
}
