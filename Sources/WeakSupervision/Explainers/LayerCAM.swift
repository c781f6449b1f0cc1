public import Autograd
import Configuration
import Models

/// Class activation maps that weight every position by its own positive gradient
/// (Jiang et al.: LayerCAM: Exploring Hierarchical Class Activation Maps for Localization, 2021).
///
///     L(p) = relu(Σ_k relu(g_k(p)) A_k(p))
///
/// Keeps its meaning at early stages, where one weight per channel is too coarse.
public struct LayerCAM: GradientExplainer {
  public static let name = "layer-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""

  public init() {}

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor {
    gradient.relu() * activation
  }
}
