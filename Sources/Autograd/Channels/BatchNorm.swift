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

extension Tensor {
  /// Normalises each channel with given statistics, which are constants:
  /// `activation(scale · (x − mean) / √(variance + epsilon) + offset + residual)`.
  ///
  /// This is batch norm with frozen statistics; `mean`, `variance`, `scale` and `offset` are `[channels]`,
  /// the output has this tensor's shape. Gradients go to the input, `scale`, `offset` and the residual.
  ///
  /// - Precondition: each coefficient tensor has one value for each channel, and the residual has this
  ///   tensor's shape.
  public func normalized(
    mean: Tensor, variance: Tensor, scale: Tensor, offset: Tensor, epsilon: Float,
    adding residual: Tensor? = nil, activation: Activation = .none
  ) -> Tensor {
    normalized(
      ChannelNormalization(
        mean: mean, variance: variance, scale: scale, offset: offset, epsilon: epsilon, adding: residual,
        activation: activation))
  }

  /// The same with all that it needs in one value.
  ///
  /// - Precondition: as above.
  public func normalized(_ normalization: ChannelNormalization) -> Tensor {
    normalized(
      normalization.rows(of: shape), normalization.statistics, normalization.scale, normalization.offset,
      normalization.residual, normalization.activation, operation: "normalized")
  }

  /// What batch norm and its frozen form share.
  func normalized(
    _ rows: ChannelRows, _ statistics: ChannelStatistics, _ scale: Tensor, _ offset: Tensor,
    _ residual: Tensor?, _ activation: Activation, operation: String
  ) -> Tensor {
    let gain = statistics.gain(scale)
    let affine = ChannelAffine(
      rows: rows, centre: statistics.mean, gain: gain, offset: offset.scalars, activation: activation)
    let output = affine(detached(), adding: residual)
    let gradients = ChannelAffineGradient(
      affine: affine, x: detached(), gain: gain, inverse: statistics.inverse,
      output: residual == nil ? nil : output, hasBatchStatistics: statistics.isOfBatch, wantsInput: isTracked,
      wantsCoefficients: scale.isTracked || offset.isTracked)
    var openPullback: Pullback?
    if activation != .none { openPullback = { gradients.withoutActivation($0) } }
    let inputs = [self, scale, offset] + (residual.map { [$0] } ?? [])
    return output.recorded(operation, from: inputs, openPullback: openPullback) { gradients($0) }
  }
}

extension Shape {
  /// The layout of the channels, after checking that the other operands fit.
  func channelRows(_ operation: String, _ coefficients: [Tensor], _ residual: Tensor?) -> ChannelRows {
    let channels = last ?? 0
    for coefficient in coefficients {
      precondition(
        coefficient.shape == [channels],
        "\(operation): coefficients of shape \(coefficient.shape) for the shape \(self), not [\(channels)]")
    }
    precondition(
      residual?.shape ?? self == self,
      "\(operation): a residual of shape \(residual?.shape ?? []) cannot be added to the shape \(self)")
    return ChannelRows(channels: channels, count: elementCount)
  }
}
