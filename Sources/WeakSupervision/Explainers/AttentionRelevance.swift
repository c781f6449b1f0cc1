public import Autograd
public import Configuration
public import Models

/// How much each patch matters to the target through the attention of all blocks
/// (Chefer et al.: Generic Attention-model Explainability for Interpreting Bi-Modal and Encoder-Decoder
/// Transformers, 2021).
///
///     Ā_l = mean_h relu(E_l ∘ P_l),   R ← R + Ā_l R from 1, first block first,   L = rᵀ (R − 1)
///
/// P_l is the attention of block l, E_l the gradient of the target with respect to it, and r the share of
/// each token in what is read. Only the row rᵀ R is computed, from the last block on.
public struct AttentionRelevance: Explainer {
  public static let name = "attention-relevance"

  @Setting(ExplainerKeys.rows) public var rows = TokenRows.read

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var needs: GradientNeeds { .attention }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let attention = capture.attention.map { $0.gathered(capture.imageOfRow, axis: 0) }
    let start = capture.share(of: rows)
    let relevance = Self.relevance(attention, capture.attentionGradients, from: start)
    return capture.byImage(capture.patchMap(relevance - start))
  }

  /// `rᵀ R`, `[rows, 1, tokens]`, from P and E of each block, `[rows, heads, tokens, tokens]`, and r,
  /// `[1, 1, tokens]`.
  static func relevance(_ attention: [Tensor], _ gradients: [Tensor], from start: Tensor) -> Tensor {
    zip(attention, gradients).reversed().reduce(start) { row, block in
      row + row.matmul((block.0 * block.1).relu().mean(axes: [1]))
    }
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireAttention(backbone, rows: rows)
  }
}
