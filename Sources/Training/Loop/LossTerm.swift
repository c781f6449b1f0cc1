public import Autograd

/// One named part of a loss: a scalar, and the factor with which it counts.
public struct LossTerm {
  /// What the log calls it.
  public let name: String
  /// The scalar before the factor, which is what the log shows.
  public let value: Tensor
  /// The factor with which it counts.
  public let factor: Float

  /// The term `factor` · `value`.
  public init(_ name: String, _ value: Tensor, factor: Float = 1) {
    self.name = name
    self.value = value
    self.factor = factor
  }

  /// What the part adds to the loss.
  var contribution: Tensor { factor == 1 ? value : value * factor }
}
