public import Autograd
import Configuration

/// Class activation maps of the channels' own gradients, position by position
/// (Draelos and Carin: Use HiResCAM instead of Grad-CAM for faithful explanations of convolutional neural
/// networks, 2020).
///
///     L(p) = relu(Σ_k g_k(p) A_k(p))
///
/// Before the rectifier L adds up to the class score, if a linear classifier without bias reads the map.
public struct HiResCAM: GradientExplainer {
  public static let name = "hires-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""

  public init() {}

  public func contributions(activation: Tensor, gradient: Tensor) -> Tensor { gradient * activation }
}
