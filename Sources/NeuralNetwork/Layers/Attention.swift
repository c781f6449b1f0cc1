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

  /// The same, computed step by step, so that gradients pass through the weights `[batch, heads, tokens,
  /// tokens]` that `note` is given.
  public func callAsFunction(_ input: Tensor, _ pass: Pass, note: (Tensor) -> Void) -> Tensor {
    let (batch, tokens, width) = (input.shape[0], input.shape[1], input.shape[2])
    let channels = width / heads
    let thirds = qkv(input, pass).reshaped(to: [batch, tokens, 3, heads, channels])
      .permuted([2, 0, 3, 1, 4])
    func third(_ index: Int) -> Tensor {
      thirds.slice(axis: 0, index..<index + 1).reshaped(to: [batch, heads, tokens, channels])
    }
    let scores = third(0).matmul(third(1), transposingOther: true) / Float(channels).squareRoot()
    let weights = scores.softmax(axis: 3)
    note(weights)
    let output = weights.matmul(third(2)).permuted([0, 2, 1, 3])
    return projection(output.reshaped(to: [batch, tokens, width]), pass)
  }

  /// How much each token attends to each other: `[batch, heads, tokens, tokens]`, rows sum to 1.
  public func weights(_ input: Tensor, _ pass: Pass) -> Tensor {
    qkv(input, pass).attentionWeights(heads: heads)
  }
}
