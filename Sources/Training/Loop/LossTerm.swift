import Autograd

/// One named part of a loss: a scalar, and the factor with which it counts.
struct LossTerm {
  let name: String
  /// The scalar before the factor, which is what the log shows.
  let value: Tensor
  let factor: Float

  init(_ name: String, _ value: Tensor, factor: Float = 1) {
    self.name = name
    self.value = value
    self.factor = factor
  }

  /// What the part adds to the loss.
  var contribution: Tensor { factor == 1 ? value : value * factor }
}
