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

extension Tensor {
  /// `ln x`, elementwise; −infinity at 0, NaN below.
  public func log() -> Tensor { applying(Logarithm(), "log") }
}

private struct Logarithm: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.log(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { g / x }
}
