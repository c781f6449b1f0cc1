extension Tensor {
  /// `max(x, 0)`, elementwise; the gradient passes where the output is positive.
  public func relu() -> Tensor { applying(ReLU(), "relu") }
}

private struct ReLU: UnaryFunction {
  static let saved = SavedValue.output
  static let isRectifier = true

  @inline(__always)
  func value(_ x: Vector) -> Vector { x.replacing(with: 0, where: x .< 0) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g.replacing(with: 0, where: y .<= 0) }
}

extension Tensor {
  /// `min(max(x, 0), 6)`, elementwise; the gradient passes strictly between the bounds.
  public func relu6() -> Tensor { applying(ReLU6(), "relu6") }
}

private struct ReLU6: UnaryFunction {
  static let saved = SavedValue.output
  static let isRectifier = true

  @inline(__always)
  func value(_ x: Vector) -> Vector { x.replacing(with: 0, where: x .< 0).replacing(with: 6, where: x .> 6) }

  @inline(__always)
  func gradient(_ g: Vector, _ y: Vector) -> Vector { g.replacing(with: 0, where: (y .<= 0) .| (y .>= 6)) }
}

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

extension Tensor {
  /// `ln(1 + eˣ)`, elementwise, without overflow.
  public func softplus() -> Tensor { applying(Softplus(), "softplus") }
}

private struct Softplus: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { VectorMath.softplus(x) }

  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector { g * VectorMath.sigmoid(x) }
}
