public import Autograd
public import Configuration
public import Models

/// The positive gradients of each block's attention, of the target as that block alone would answer it
/// (Bousselham et al.: LeGrad: An Explainability Method for Vision Transformers via Feature Formation
/// Sensitivity, 2024).
///
///     L(j) = mean over blocks l, heads h and tokens i of relu(∂t⁽ˡ⁾ / ∂P_lh(i, j))
///
/// P_l is the attention of block l, and t⁽ˡ⁾ the target if the network ended behind it.
public struct LeGrad: Explainer {
  public static let name = "legrad"

  public init() {}

  public var explainsAnyStage: Bool { false }
  public var needs: GradientNeeds { .exits }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    capture.byImage(capture.patchMap(Self.mean(capture.exitGradients)))
  }

  /// `[rows, tokens]` from the gradients of each block, `[rows, heads, tokens, tokens]`.
  static func mean(_ gradients: [Tensor]) -> Tensor {
    let means = gradients.map { $0.relu().mean(axes: [1, 2]) }
    return means.dropFirst().reduce(means[0], +) / Float(means.count)
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireAttention(backbone)
  }
}
