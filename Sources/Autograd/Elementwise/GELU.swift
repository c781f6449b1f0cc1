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
