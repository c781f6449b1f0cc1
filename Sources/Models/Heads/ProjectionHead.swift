public import Autograd
public import NeuralNetwork

/// From class tokens to codes whose inner products are compared: `[batch, channels]` → `[batch, codes]`.
///
/// Three linear layers with GELU between them lead to a unit vector; the last layer has rows of length one
/// and no bias, so each of the codes' values is a cosine (Caron et al.: Emerging Properties in
/// Self-Supervised Vision Transformers, ICCV 2021, with the gain of the last layer fixed at 1; ToCo, CVPR
/// 2023).
public struct ProjectionHead: Layer {
  private let first: Linear
  private let second: Linear
  private let third: Linear
  private let last: Linear

  /// A head from `channels`, with its parameters below `scope`.
  public init(
    channels: Int, hidden: Int = 2048, bottleneck: Int = 256, codes: Int = 1024, in scope: ParameterScope
  ) {
    func layer(_ inputs: Int, _ outputs: Int, bias: Bool = true, _ scope: ParameterScope) -> Linear {
      Linear(inputs, outputs, bias: bias, initializer: .truncatedNormal(0.02), in: scope)
    }
    first = layer(channels, hidden, scope["mlp"][0])
    second = layer(hidden, hidden, scope["mlp"][2])
    third = layer(hidden, bottleneck, scope["mlp"][4])
    last = layer(bottleneck, codes, bias: false, scope["last_layer"])
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    let hidden = second(first(input, pass).gelu(), pass).gelu()
    return third(hidden, pass).l2Normalized().linear(last.weight(pass).l2Normalized())
  }

  /// The parameters, in the order of their creation.
  public var parameters: [Parameter] {
    [first, second, third, last].flatMap { [$0.weight] + ($0.bias.map { [$0] } ?? []) }
  }
}
