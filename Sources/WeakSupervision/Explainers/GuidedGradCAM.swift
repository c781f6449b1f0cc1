public import Autograd
public import Configuration
public import Models

/// Guided backpropagation where Grad-CAM sees the class
/// (Selvaraju et al.: Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization,
/// 2017).
///
///     L(p) = max_c |G_c(p) M(p)|
///
/// G is the gradient of guided backpropagation, M the map of Grad-CAM at the images' size. Defined for
/// networks of rectifiers.
public struct GuidedGradCAM: Explainer {
  public static let name = "guided-grad-cam"

  @Setting(ExplainerKeys.stage) public var stage = ""
  @Setting(ExplainerKeys.channels) public var channels = ChannelReduction.maximum

  public init() {}

  public var needs: GradientNeeds { [.stage, .guidedImages] }

  public func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    let (height, width) = (capture.images.shape[1], capture.images.shape[2])
    let coarse = GradCAM().map(activation: capture.activation, gradient: capture.gradient)
    let shape = coarse.shape
    let map = coarse.reshaped(to: [shape[0], shape[1], shape[2], 1])
      .resized(height: height, width: width, .bilinear)
    return capture.byImage(channels(capture.imageGradient(.guided) * map))
  }

  public func validate(for backbone: any BackboneOptions) throws(ConfigurationError) {
    try requireRectifiers(backbone)
    try validate(stage: stage, option: "stage", for: backbone)
  }
}
