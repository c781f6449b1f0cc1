extension Tensor {
  /// Normalises each channel with the statistics of this batch:
  /// `scale · (x − mean) / √(variance + epsilon) + offset`, over all axes but the last.
  ///
  /// Returns the output, of this tensor's shape, and the batch's mean and biased variance `[channels]`, which
  /// carry no gradient (Ioffe and Szegedy 2015, algorithm 1).
  ///
  /// - Precondition: the tensor holds values; `scale` and `offset` are `[channels]`.
  public func batchNorm(
    scale: Tensor, offset: Tensor, epsilon: Float
  ) -> (output: Tensor, mean: Tensor, variance: Tensor) {
    let rows = channelRows("batchNorm", scale, offset)
    precondition(count > 0, "batchNorm: the shape \(shape) holds no values")
    let x = detached()
    let moments = rows.moments(of: x)
    let mean = moments.mean.map { Float($0) }
    let inverse = moments.variance.map { Float(1 / ($0 + Double(epsilon)).squareRoot()) }
    let gain = zip(inverse, scale.scalars).map { $0 * $1 }
    let output = ChannelAffine(rows: rows, centre: mean, gain: gain, offset: offset.scalars)(x)
    let wantsInput = isTracked
    let recorded = output.recorded("batchNorm", from: [self, scale, offset]) { gradient in
      let sums = rows.gradientSums(x, gradient, centre: mean)
      let samples = Double(rows.count / rows.channels)
      let slope = (0..<rows.channels).map {
        -Float(Double(gain[$0] * inverse[$0] * inverse[$0]) * sums.weighted[$0] / samples)
      }
      let shift = (0..<rows.channels).map { -Float(Double(gain[$0]) * sums.plain[$0] / samples) }
      return [
        wantsInput ? rows.combine(x, gradient, a: gain, b: slope, centre: mean, d: shift) : nil,
        Tensor(zip(sums.weighted, inverse).map { Float($0 * Double($1)) }, shape: [rows.channels]),
        Tensor(sums.plain.map { Float($0) }, shape: [rows.channels]),
      ]
    }
    return (
      recorded, Tensor(mean, shape: [rows.channels]),
      Tensor(moments.variance.map { Float($0) }, shape: [rows.channels])
    )
  }

  /// The layout of the channels, after checking that each of `coefficients` has one value for each.
  func channelRows(_ operation: String, _ coefficients: Tensor...) -> ChannelRows {
    let channels = shape.last ?? 0
    for coefficient in coefficients {
      precondition(
        coefficient.shape == [channels],
        "\(operation): coefficients of shape \(coefficient.shape) for the shape \(shape), not [\(channels)]")
    }
    return ChannelRows(channels: channels, count: count)
  }
}
