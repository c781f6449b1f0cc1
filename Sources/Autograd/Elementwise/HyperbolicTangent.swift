extension Tensor {
  /// The hyperbolic tangent, elementwise.
  public func tanh() -> Tensor { applying(HyperbolicTangent(), "tanh") }
}

private struct HyperbolicTangent: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.tanh(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g * (1 - y * y) }
}
