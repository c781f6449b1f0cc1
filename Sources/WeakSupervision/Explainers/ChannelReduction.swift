public import Autograd

/// How the evidence of a pixel's three channels becomes one number.
public enum ChannelReduction: String, Codable, Sendable, CaseIterable {
  /// The largest magnitude.
  case maximum
  /// The sum of magnitudes.
  case absolute
  /// The sum, in which what speaks against the class counts.
  case sum

  /// `[rows, height, width]` from `[rows, height, width, 3]`.
  public func callAsFunction(_ evidence: Tensor) -> Tensor {
    switch self {
    case .maximum: evidence.absoluteValue().maximum(axes: [3])
    case .absolute: evidence.absoluteValue().sum(axes: [3])
    case .sum: evidence.sum(axes: [3])
    }
  }
}
