public import Autograd
import Configuration

/// How much the target moves with each pixel
/// (Simonyan et al.: Deep Inside Convolutional Networks: Visualising Image Classification Models and
/// Saliency Maps, 2014).
///
///     L(p) = max_c |∂t/∂x_c(p)|
public struct PixelGradient: PixelExplainer {
  public static let name = "gradient"

  @Setting(ExplainerKeys.channels) public var channels = ChannelReduction.maximum

  public init() {}

  public func map(images: Tensor, gradient: Tensor) -> Tensor { channels(gradient) }
}
