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
