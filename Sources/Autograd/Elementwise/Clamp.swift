extension Tensor {
  /// The values moved to the nearest bound of `range`; the gradient passes within it, bounds included.
  public func clamped(to range: ClosedRange<Float>) -> Tensor {
    applying(Clamp(lower: range.lowerBound, upper: range.upperBound), "clamp")
  }
}

private struct Clamp: UnaryFunction {
  static let saved = SavedValue.input
  let lower: Float
  let upper: Float

  @inline(__always)
  func value(_ x: Vector) -> Vector {
    x.replacing(with: lower, where: x .< lower).replacing(with: upper, where: x .> upper)
  }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector {
    g.replacing(with: 0, where: (x .< lower) .| (x .> upper))
  }
}
