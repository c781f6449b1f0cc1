extension Tensor {
  /// `min(max(x, 0), 6)`, elementwise; the gradient passes strictly between the bounds.
  public func relu6() -> Tensor { applying(ReLU6(), "relu6") }
}

private struct ReLU6: UnaryFunction {
  static let saved = SavedValue.output

  @inline(__always)
  func value(_ x: Vector) -> Vector { x.replacing(with: 0, where: x .< 0).replacing(with: 6, where: x .> 6) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g.replacing(with: 0, where: (y .<= 0) .| (y .>= 6)) }
}
