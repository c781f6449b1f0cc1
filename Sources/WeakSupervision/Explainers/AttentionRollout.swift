public import Autograd
public import Configuration
public import Models

/// How much each patch flows into what the classifier reads, along the attention of all blocks, whatever the
/// class
/// (Abnar and Zuidema: Quantifying Attention Flow in Transformers, 2020).
///
///     R = Π_l rownorm(mean_h P_l + 1),   L = rᵀ R
///
/// P_l is the attention of block l, the last one leftmost, and r the share of each token in what is read.
/// Only the row rᵀ R is computed.
public struct AttentionRollout: Explainer {
  public static let name = "attention-rollout"

  @Setting(ExplainerKeys.rows) public var rows = TokenRows.read

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var dependsOnTarget: Bool { false }
  public var needs: GradientNeeds { .attentionWeights }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let shares = Self.rollout(capture.attention, from: capture.share(of: rows))
    return capture.byImage(capture.patchMap(shares).gathered(capture.imageOfRow, axis: 0))
  }

  /// `rᵀ R`, `[batch, 1, tokens]`, from the attention `[batch, heads, tokens, tokens]` of each block and r,
  /// `[1, 1, tokens]`.
  static func rollout(_ attention: [Tensor], from start: Tensor) -> Tensor {
    attention.reversed().reduce(start) { row, weights in
      let mean = weights.mean(axes: [1])
      let norm = mean.sum(axes: [2]) + 1
      let scaled = row / norm.reshaped(to: [norm.shape[0], 1, norm.shape[1]])
      return scaled + scaled.matmul(mean)
    }
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireAttention(backbone, rows: rows)
  }
}
