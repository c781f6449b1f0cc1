public import Autograd
public import Configuration
public import Models

/// The gradient of the pixels, of which each rectifier passes on what is positive, wherever it arrives
/// (Zeiler and Fergus: Visualizing and Understanding Convolutional Networks, 2014).
///
///     rectifier of input u:   v ↦ relu(v)
///
/// Defined for networks of rectifiers.
public struct Deconvolution: PixelExplainer {
  public static let name = "deconvolution"

  @Setting(ExplainerKeys.channels) public var channels = ChannelReduction.maximum

  public init() {}

  public var rectifiers: RectifierRule { .deconvolution }

  public func map(images: Tensor, gradient: Tensor) -> Tensor { channels(gradient) }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireRectifiers(backbone)
  }
}
