extension Tensor {
  /// `eˣ`, elementwise.
  public func exp() -> Tensor { applying(Exponential(), "exp") }
}

private struct Exponential: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.exp(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g * y }
}
