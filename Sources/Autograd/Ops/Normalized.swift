extension Tensor {
  /// Normalises each channel with given statistics, which are constants:
  /// `scale · (x − mean) / √(variance + epsilon) + offset`.
  ///
  /// This is batch norm with frozen statistics; `mean`, `variance`, `scale` and `offset` are `[channels]`, the
  /// output has this tensor's shape. Gradients go to the input, `scale` and `offset`.
  ///
  /// - Precondition: each coefficient tensor has one value for each channel.
  public func normalized(
    mean: Tensor, variance: Tensor, scale: Tensor, offset: Tensor, epsilon: Float
  ) -> Tensor {
    let rows = channelRows("normalized", mean, variance, scale, offset)
    let (x, mean) = (detached(), mean.scalars)
    let inverse = variance.scalars.map { Float(1 / (Double($0) + Double(epsilon)).squareRoot()) }
    let gain = zip(inverse, scale.scalars).map { $0 * $1 }
    let output = ChannelAffine(rows: rows, centre: mean, gain: gain, offset: offset.scalars)(x)
    let wantsInput = isTracked
    let wantsCoefficients = scale.isTracked || offset.isTracked
    return output.recorded("normalized", from: [self, scale, offset]) { gradient in
      let zero = [Float](repeating: 0, count: rows.channels)
      let input =
        wantsInput ? ChannelAffine(rows: rows, centre: zero, gain: gain, offset: zero)(gradient) : nil
      guard wantsCoefficients else { return [input, nil, nil] }
      let sums = rows.gradientSums(x, gradient, centre: mean)
      return [
        input,
        Tensor(zip(sums.weighted, inverse).map { Float($0 * Double($1)) }, shape: [rows.channels]),
        Tensor(sums.plain.map { Float($0) }, shape: [rows.channels]),
      ]
    }
  }
}
