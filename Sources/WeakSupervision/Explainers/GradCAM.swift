public import Autograd
import Configuration
import Models

/// Gradient-weighted class activation maps
/// (Selvaraju et al.: Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization,
/// 2017).
///
///     α_k = mean_p g_k(p),   L(p) = relu(Σ_k α_k A_k(p))
///
/// The counterfactual is the same of −α. For a linear classifier on the average-pooled last map of Z
/// positions, L is relu(CAM) / Z.
public struct GradCAM: GradientExplainer {
  public static let name = "grad-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""

  @Setting("show what speaks against the class: alpha is negated") public var counterfactual = false

  public init() {}

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor {
    let weights = gradient.mean(axes: [1, 2], keepingAxes: true)
    return (counterfactual ? -weights : weights) * activation
  }
}
