extension Tensor {
  /// `x · Φ(x)` with the normal distribution function `Φ(x) = (1 + erf(x / √2)) / 2`, elementwise.
  ///
  /// This is the exact form, PyTorch's default. Hendrycks and Gimpel, "Gaussian error linear units", 2016.
  public func gelu() -> Tensor { applying(GELU(), "gelu") }
}

private struct GELU: UnaryFunction {
  static let saved = SavedValue.input

  @inline(__always)
  func value(_ x: Vector) -> Vector { x * distribution(x) }

  /// Φ(x) + x φ(x), with the normal density φ.
  @inline(__always)
  func gradient(_ g: Vector, _ x: Vector) -> Vector {
    let density = VectorMath.exp(-0.5 * x * x) * 0.398942280
    return g * distribution(x).addingProduct(x, density)
  }

  @inline(__always)
  private func distribution(_ x: Vector) -> Vector {
    (VectorMath.erf(x * Float(0.5).squareRoot()) + 1) * 0.5
  }
}
