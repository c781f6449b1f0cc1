extension Tensor {
  /// `x²`, elementwise.
  public func squared() -> Tensor { applying(Square(), "squared") }
}

private struct Square: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { x * x }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { 2 * g * x }
}
