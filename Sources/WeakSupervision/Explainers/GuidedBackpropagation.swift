public import Autograd
public import Configuration
public import Models

/// The gradient of the pixels, of which each rectifier passes on only what is positive and what its own
/// derivative passes on
/// (Springenberg et al.: Striving for Simplicity: The All Convolutional Net, 2015).
///
///     rectifier of input u:   v ↦ relu(v) [u > 0]
///
/// Sharp, but hardly a matter of the class: a baseline. Defined for networks of rectifiers.
public struct GuidedBackpropagation: PixelExplainer {
  public static let name = "guided-backprop"

  @Setting(ExplainerKeys.channels) public var channels = ChannelReduction.maximum

  public init() {}

  public var rectifiers: RectifierRule { .guided }

  public func map(images: Tensor, gradient: Tensor) -> Tensor { channels(gradient) }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireRectifiers(backbone)
  }
}
