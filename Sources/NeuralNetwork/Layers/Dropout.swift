public import Autograd

/// Zeroes each value with a probability while training and scales the others up; changes nothing otherwise.
public struct Dropout: Layer {
  private let probability: Float
  private let name: String

  /// Dropout that draws from the stream named like `scope`.
  public init(_ probability: Float, in scope: ParameterScope) {
    self.probability = probability
    name = scope.prefix
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    guard probability > 0, let random = pass.random(for: name) else { return input }
    return input.dropout(probability: probability, random: random)
  }
}
