public import Autograd
import Configuration

/// The target's linear part in each pixel
/// (Shrikumar et al.: Not Just a Black Box: Learning Important Features Through Propagating Activation
/// Differences, 2016).
///
///     L(p) = Σ_c x_c(p) ∂t/∂x_c(p)
///
/// x counts from the mean colour. For a network of rectifiers without biases L adds up to the target.
public struct InputXGradient: PixelExplainer {
  public static let name = "input-x-gradient"

  @Setting(ExplainerKeys.channels) public var channels = ChannelReduction.sum

  public init() {}

  public func map(images: Tensor, gradient: Tensor) -> Tensor { channels(images * gradient) }
}
