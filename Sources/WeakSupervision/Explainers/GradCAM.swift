public import Autograd
import Configuration
import Models

/// Gradient-weighted class activation maps
/// (Selvaraju et al.: Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization,
/// 2017).
///
///     α_k = mean_p g_k(p),   L(p) = relu(Σ_k α_k A_k(p))
///
/// For a linear classifier on the average-pooled last map of Z positions, L is relu(CAM) / Z.
public struct GradCAM: GradientExplainer {
  public static let name = "grad-cam"

  @Setting("the feature map that is explained; empty for the last") public var stage = ""

  public init() {}

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor {
    gradient.mean(axes: [1, 2], keepingAxes: true) * activation
  }
}
