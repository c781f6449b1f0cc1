public import Autograd

/// Multi-head self-attention: `[batch, tokens, channels]` → the same (Vaswani et al., NIPS 2017).
///
/// `softmax(q·kᵀ/√d)·v` for each head of `d = channels / heads` channels, then a linear projection. Names and
/// the stacked order of `qkv` are timm's.
public struct Attention: Layer {
  private let qkv: Linear
  private let projection: Linear
  private let heads: Int

  /// Attention with `heads` heads.
  ///
  /// - Precondition: `heads` divides `channels`.
  public init(_ channels: Int, heads: Int, in scope: ParameterScope) {
    precondition(channels % heads == 0, "attention: \(heads) heads do not divide \(channels) channels")
    qkv = Linear(channels, 3 * channels, initializer: .truncatedNormal(0.02), in: scope["qkv"])
    projection = Linear(channels, channels, initializer: .truncatedNormal(0.02), in: scope["proj"])
    self.heads = heads
  }

  public func callAsFunction(_ input: Tensor, _ pass: Pass) -> Tensor {
    projection(qkv(input, pass).attention(heads: heads), pass)
  }

  /// How much each token attends to each other: `[batch, heads, tokens, tokens]`, rows sum to 1.
  public func weights(_ input: Tensor, _ pass: Pass) -> Tensor {
    qkv(input, pass).attentionWeights(heads: heads)
  }
}
