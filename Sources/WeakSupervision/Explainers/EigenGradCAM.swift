public import Autograd
import Configuration

/// What the channels' contributions to a class have most in common: Eigen-CAM of gradient times activation.
///
///     O = [positions, channels] of g A, centred;   O = U s Vᵀ,   L = relu(O v₁)
///
/// The sign of v₁ is the one with which L goes along with the channels' mean.
public struct EigenGradCAM: GradientExplainer {
  public static let name = "eigen-grad-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting("take each channel's mean over positions away first") public var centered = true

  public init() {}

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor { gradient * activation }

  public func map(activation: Tensor, gradient: Tensor) -> Tensor {
    let contributions = contributions(activation: activation, gradient: gradient)
    return PrincipalProjection.of(contributions, isCentered: centered).relu()
  }
}
