public import Autograd

/// Two linear layers with a GELU between them: `[…, channels]` → the same; names are timm's.
public struct MLP: Layer {
  private let first: Linear
  private let second: Linear

  /// A perceptron with `hidden` channels inside.
  public init(_ channels: Int, hidden: Int, in scope: ParameterScope) {
    first = Linear(channels, hidden, initializer: .truncatedNormal(0.02), in: scope["fc1"])
    second = Linear(hidden, channels, initializer: .truncatedNormal(0.02), in: scope["fc2"])
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    input.mlp(
      first.weight(pass), bias: first.bias?(pass), second.weight(pass), bias: second.bias?(pass))
  }
}
