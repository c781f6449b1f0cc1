extension Tensor {
  /// `√x`, elementwise; the gradient `g / 2√x` is infinite at 0.
  public func squareRoot() -> Tensor { applying(SquareRoot(), "squareRoot") }
}

private struct SquareRoot: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.squareRoot(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { 0.5 * g / y }
}
