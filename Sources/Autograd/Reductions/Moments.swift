extension Tensor {
  /// The mean over `axes`; with `keepingAxes` they stay, with extent 1.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func mean(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    let count = axes.reduce(1) { $0 * shape[shape.normalized(axis: $1, operation: "mean")] }
    return sum(axes: axes, keepingAxes: keepingAxes) / Float(count)
  }

  /// The mean of all values, as a scalar.
  public func mean() -> Tensor { mean(axes: Array(0..<rank)) }
}

extension Tensor {
  /// The mean squared distance from the mean over `axes`; with `keepingAxes` they stay, with extent 1.
  ///
  /// `unbiased` divides by one less than the number of values, as an estimate from a sample does.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func variance(axes: [Int], keepingAxes: Bool = false, unbiased: Bool = false) -> Tensor {
    let count = axes.reduce(1) { $0 * shape[shape.normalized(axis: $1, operation: "variance")] }
    let distances = self - mean(axes: axes, keepingAxes: true)
    return distances.squared().sum(axes: axes, keepingAxes: keepingAxes) / Float(unbiased ? count - 1 : count)
  }

  /// The variance of all values, as a scalar.
  public func variance(unbiased: Bool = false) -> Tensor {
    variance(axes: Array(0..<rank), unbiased: unbiased)
  }
}
