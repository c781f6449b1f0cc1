extension Tensor {
  /// Normalises each channel with the statistics of this batch:
  /// `activation(scale · (x − mean) / √(variance + epsilon) + offset + residual)`, over all axes but the
  /// last.
  ///
  /// Returns the output, of this tensor's shape, and the batch's mean and biased variance `[channels]`, which
  /// carry no gradient (Ioffe and Szegedy 2015, algorithm 1). A residual and an activation that follow the
  /// norm cost no further pass over memory here.
  ///
  /// - Precondition: the tensor holds values, `scale` and `offset` are `[channels]`, and the residual has
  ///   this tensor's shape.
  public func batchNorm(
    scale: Tensor, offset: Tensor, epsilon: Float, adding residual: Tensor? = nil,
    activation: Activation = .none
  ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    let rows = shape.channelRows("batchNorm", [scale, offset], residual)
    precondition(count > 0, "batchNorm: the shape \(shape) holds no values")
    let moments = rows.moments(of: detached())
    let mean = Tensor(moments.mean.map { Float($0) }, shape: [rows.channels])
    let variance = Tensor(moments.variance.map { Float($0) }, shape: [rows.channels])
    let statistics = ChannelStatistics(mean: mean, variance: variance, epsilon: epsilon, isOfBatch: true)
    return (
      normalized(rows, statistics, scale, offset, residual, activation, operation: "batchNorm"), mean,
      variance
    )
  }
}
