extension Tensor {
  /// `max(x, 0)`, elementwise; the gradient passes where the output is positive.
  public func relu() -> Tensor { applying(ReLU(), "relu") }
}

private struct ReLU: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { x.replacing(with: 0, where: x .< 0) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g.replacing(with: 0, where: y .<= 0) }
}
