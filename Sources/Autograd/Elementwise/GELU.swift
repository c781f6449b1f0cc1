extension Tensor {
  /// `x · Φ(x)` with the normal distribution function `Φ(x) = (1 + erf(x / √2)) / 2`, elementwise.
  ///
  /// This is the exact form, PyTorch's default. Hendrycks and Gimpel, "Gaussian error linear units", 2016.
  /// When a gradient is wanted, the slope is computed with the value, while both are in registers.
  public func gelu() -> Tensor {
    guard isTracked else { return Elementwise.map(self, GELU()) }
    let (output, slope) = valueAndSlope()
    return output.recorded("gelu", from: self) { $0 * slope }
  }

  private func valueAndSlope() -> (value: Tensor, slope: Tensor) {
    let (input, output, slope) = (storage, Storage(count: count), Storage(count: count))
    Parallel.forEachRange(count, grain: Elementwise.grain) { range in
      for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
        let (value, rate) = GELU.valueAndSlope(Vector(at: UnsafePointer(input.base) + index))
        value.store(to: output.base + index, count: range.upperBound &- index)
        rate.store(to: slope.base + index, count: range.upperBound &- index)
      }
    }
    return (Tensor(shape: shape, storage: output), Tensor(shape: shape, storage: slope))
  }
}

/// `x · Φ(x)`.
struct GELU: UnaryMap {
  @inline(__always)
  func value(_ x: Vector) -> Vector { x * NormalDistribution(at: x).share }

  /// The value and its slope, Φ(x) + x φ(x) with the normal density φ.
  @inline(__always)
  static func valueAndSlope(_ x: Vector) -> (value: Vector, slope: Vector) {
    let normal = NormalDistribution(at: x)
    return (x * normal.share, normal.share.addingProduct(x, normal.density))
  }
}

/// The standard normal distribution at sixteen places, by way of one exponential.
struct NormalDistribution {
  /// Φ(x), the share below x: within 8e-8, and below 0 within 4e-6 of itself as far as x = −8.
  let share: Vector
  /// φ(x).
  let density: Vector

  /// Near 0, Φ(x) − ½ is x times a polynomial in x². Further out the tail beyond |x| is
  /// exp(−x²/2) · p(v) / (|x| + 3) with a polynomial in v = (|x| − 3) / (|x| + 3), which maps the half-line
  /// to an interval (after Shepherd and Laframboise 1981, "Chebyshev approximation of (1 + 2x) exp(x²)
  /// erfc x"). The coefficients are minimax fits.
  @inline(__always)
  init(at x: Vector) {
    let square = x * x
    var near = Vector(repeating: -0x1.c8f6fp-18)
    near = Vector(repeating: 0x1.d1bcd2p-14).addingProduct(near, square)
    near = Vector(repeating: -0x1.3655ecp-10).addingProduct(near, square)
    near = Vector(repeating: 0x1.46c592p-7).addingProduct(near, square)
    near = Vector(repeating: -0x1.10580ap-4).addingProduct(near, square)
    near = Vector(repeating: 0x1.988452p-2).addingProduct(near, square)
    near = Vector(repeating: 0.5).addingProduct(near, x)

    let distance = x.magnitude
    let inverse = 1 / (distance + 3)
    let v = Vector(repeating: 1).addingProduct(inverse, Vector(repeating: -6))
    var far = Vector(repeating: 0x1.bd68f8p-8)
    far = Vector(repeating: -0x1.4d5edcp-7).addingProduct(far, v)
    far = Vector(repeating: -0x1.833052p-5).addingProduct(far, v)
    far = Vector(repeating: 0x1.d707dap-3).addingProduct(far, v)
    far = Vector(repeating: -0x1.04c714p-1).addingProduct(far, v)
    far = Vector(repeating: 0x1.754a7ep-1).addingProduct(far, v)
    // exp(−x²/2) as a power of two.
    let bell = VectorMath.exp2(square * Vector(repeating: -0x1.715476p-1))
    let tail = bell * (far * inverse)
    let beyond = (1 - tail).replacing(with: tail, where: x .< 0)

    share = beyond.replacing(with: near, where: distance .<= 1.25)
    density = bell * Vector(repeating: 0x1.988454p-2)
  }
}
