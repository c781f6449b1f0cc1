extension Tensor {
  /// `|x|`, elementwise; the gradient at 0 is 0.
  public func absoluteValue() -> Tensor { applying(AbsoluteValue(), "absoluteValue") }
}

private struct AbsoluteValue: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { x.magnitude }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector {
    (g * Vector(repeating: 1).withSign(of: x)).replacing(with: 0, where: x .== 0)
  }
}
