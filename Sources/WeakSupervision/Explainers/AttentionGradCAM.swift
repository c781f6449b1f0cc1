public import Autograd
public import Configuration
public import Models

/// Grad-CAM whose channels are the heads of the last block's attention
/// (a baseline of Chefer et al.: Transformer Interpretability Beyond Attention Visualization, 2021).
///
///     α_h = mean over patches j of (rᵀ E_h)_j,   L(j) = relu(mean_h α_h (rᵀ P_h)_j)
///
/// P is the attention, E the gradient of the target with respect to it, and r the share of each token in
/// what is read.
public struct AttentionGradCAM: Explainer {
  public static let name = "attention-grad-cam"

  @Setting(ExplainerKeys.rows) public var rows = TokenRows.read

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var needs: GradientNeeds { .attention }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    guard let weights = capture.attention.last, let gradient = capture.attentionGradients.last else {
      preconditionFailure("attention-grad-cam: the classifier reads no block with attention")
    }
    let share = capture.share(of: rows)
    let attention = weights.gathered(capture.imageOfRow, axis: 0)
    // [rows, heads, 1, tokens]
    let (attended, slopes) = (share.matmul(attention), share.matmul(gradient))
    let (count, heads) = (slopes.shape[0], slopes.shape[1])
    let alpha = capture.patchMap(slopes.reshaped(to: [count * heads, slopes.shape[3]]))
      .mean(axes: [1, 2]).reshaped(to: [count, heads, 1, 1])
    return capture.byImage(capture.patchMap((attended * alpha).mean(axes: [1])).relu())
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireAttention(backbone, rows: rows)
  }
}
