public import Autograd
public import Configuration

/// Grad-CAM of what tells a class from those that the network takes for similar
/// (Zhang et al.: Finer-CAM: Spotting the Difference Reveals Finer Details for Visual Explanation, 2025).
///
///     t = y_c − γ mean_r y_r over the scores closest to y_c,   α_k = mean_p ∂t/∂A_k(p)
///     L(p) = relu(Σ_k α_k A_k(p))
///
/// With γ = 0 it is Grad-CAM.
public struct FinerCAM: GradientExplainer {
  public static let name = "finer-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("how much of the similar classes' scores is taken away", 0...10) public var strength: Float = 0.6
  @Setting("how many similar classes there are", 1...1000) public var references = 3

  public init() {}

  public func target(_ asked: Target) -> Target { .contrast(strength: strength, count: references) }

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor {
    gradient.mean(axes: [1, 2], keepingAxes: true) * activation
  }
}
