extension Tensor {
  /// Normalises each channel with given statistics, which are constants:
  /// `activation(scale · (x − mean) / √(variance + epsilon) + offset + residual)`.
  ///
  /// This is batch norm with frozen statistics; `mean`, `variance`, `scale` and `offset` are `[channels]`,
  /// the output has this tensor's shape. Gradients go to the input, `scale`, `offset` and the residual.
  ///
  /// - Precondition: each coefficient tensor has one value for each channel, and the residual has this
  /// tensor's
  ///   shape.
  public func normalized(
    mean: Tensor, variance: Tensor, scale: Tensor, offset: Tensor, epsilon: Float,
    adding residual: Tensor? = nil, activation: Activation = .none
  ) -> Tensor {
    let rows = channelRows("normalized", [mean, variance, scale, offset], residual)
    let statistics = ChannelStatistics(mean: mean, variance: variance, epsilon: epsilon, isOfBatch: false)
    return normalized(rows, statistics, scale, offset, residual, activation, operation: "normalized")
  }

  /// What batch norm and its frozen form share.
  func normalized(
    _ rows: ChannelRows, _ statistics: ChannelStatistics, _ scale: Tensor, _ offset: Tensor,
    _ residual: Tensor?,
    _ activation: Activation, operation: String
  ) -> Tensor {
    let gain = zip(statistics.inverse, scale.scalars).map { $0 * $1 }
    let affine = ChannelAffine(
      rows: rows, centre: statistics.mean, gain: gain, offset: offset.scalars, activation: activation)
    let output = affine(detached(), adding: residual)
    let gradients = ChannelAffineGradient(
      affine: affine, x: detached(), gain: gain, inverse: statistics.inverse,
      output: residual == nil ? nil : output, hasBatchStatistics: statistics.isOfBatch, wantsInput: isTracked,
      wantsCoefficients: scale.isTracked || offset.isTracked)
    return output.recorded(operation, from: [self, scale, offset] + (residual.map { [$0] } ?? [])) {
      gradients($0)
    }
  }

  /// The layout of the channels, after checking that the other operands fit.
  func channelRows(_ operation: String, _ coefficients: [Tensor], _ residual: Tensor?) -> ChannelRows {
    let channels = shape.last ?? 0
    for coefficient in coefficients {
      precondition(
        coefficient.shape == [channels],
        "\(operation): coefficients of shape \(coefficient.shape) for the shape \(shape), not [\(channels)]")
    }
    precondition(
      residual?.shape ?? shape == shape,
      "\(operation): a residual of shape \(residual?.shape ?? []) cannot be added to the shape \(shape)")
    return ChannelRows(channels: channels, count: count)
  }
}

/// The mean and the inverse deviation of each channel.
struct ChannelStatistics {
  let mean: [Float]
  let inverse: [Float]
  /// Whether they depend on the values that they normalise.
  let isOfBatch: Bool

  init(mean: Tensor, variance: Tensor, epsilon: Float, isOfBatch: Bool) {
    self.mean = mean.scalars
    inverse = variance.scalars.map { Float(1 / (Double($0) + Double(epsilon)).squareRoot()) }
    self.isOfBatch = isOfBatch
  }
}
