public import Autograd

/// Normalises the channels of each position: `[…, channels]` → the same.
public struct LayerNorm: Layer {
  /// The factor of each channel; starts at one.
  public let weight: Parameter
  /// The offset of each channel; starts at zero.
  public let bias: Parameter
  private let epsilon: Float

  /// A norm of `channels` channels; vision transformers use an epsilon of 1e-6.
  public init(_ channels: Int, epsilon: Float = 1e-6, in scope: ParameterScope) {
    weight = scope.parameter("weight", [channels], .ones)
    bias = scope.parameter("bias", [channels], .zeros)
    self.epsilon = epsilon
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    input.layerNorm(scale: weight(pass), offset: bias(pass), epsilon: epsilon)
  }
}
