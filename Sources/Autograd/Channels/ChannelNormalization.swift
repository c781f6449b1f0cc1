/// A normalisation of each channel with given statistics, and what follows it:
/// `activation(scale · (x − mean) / √(variance + epsilon) + offset + residual)`.
///
/// `mean`, `variance`, `scale` and `offset` are `[channels]`; the residual has the shape of what is
/// normalised. Statistics are constants.
public struct ChannelNormalization {
  let mean: Tensor
  let variance: Tensor
  let scale: Tensor
  let offset: Tensor
  let epsilon: Float
  let residual: Tensor?
  let activation: Activation

  /// A normalisation by these statistics; `epsilon` is added to the variance.
  public init(
    mean: Tensor, variance: Tensor, scale: Tensor, offset: Tensor, epsilon: Float,
    adding residual: Tensor? = nil, activation: Activation = .none
  ) {
    (self.mean, self.variance, self.scale, self.offset) = (mean, variance, scale, offset)
    (self.epsilon, self.residual, self.activation) = (epsilon, residual, activation)
  }

  /// What a gradient may be wanted of, beside the normalised tensor.
  var inputs: [Tensor] { [scale, offset] + (residual.map { [$0] } ?? []) }

  var statistics: ChannelStatistics {
    ChannelStatistics(mean: mean, variance: variance, epsilon: epsilon, isOfBatch: false)
  }

  /// The layout of the channels of `shape`, after checking that the operands fit.
  func rows(of shape: Shape) -> ChannelRows {
    shape.channelRows("normalized", [mean, variance, scale, offset], residual)
  }

  /// The function of a tensor of `shape`.
  func affine(of shape: Shape) -> ChannelAffine {
    let statistics = statistics
    return ChannelAffine(
      rows: rows(of: shape), centre: statistics.mean, gain: statistics.gain(scale), offset: offset.scalars,
      activation: activation)
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

  /// What each channel is multiplied by.
  func gain(_ scale: Tensor) -> [Float] { zip(inverse, scale.scalars).map { $0 * $1 } }
}

/// What a normalisation may apply to its result in the same pass over memory.
public enum Activation: Sendable, CaseIterable {
  case none, relu, relu6

  /// The range that values are limited to; the gradient passes strictly inside it.
  var bounds: (lower: Float, upper: Float) {
    switch self {
    case .none: (-.infinity, .infinity)
    case .relu: (0, .infinity)
    case .relu6: (0, 6)
    }
  }
}
