import Autograd
public import Configuration
public import NeuralNetwork

/// Two widely dilated 3×3 convolutions and a 1×1 convolution, all without bias, on the last map.
///
/// DeepLabV1's large field of view (Chen et al., ICLR 2015) as ToCo has it, with ToCo's names.
public struct LargeFOV: HeadOptions {
  public static let name = "large-fov"
  @Setting("channels between the convolutions", 1...8192) public var channels = 512
  /// 5 at stride 16 (ToCo), 12 at stride 8 (DeepLab).
  @Setting("distance of the taps, in positions of the map", 1...4096) public var dilation = 5

  public init() {}

  public func build(
    for backbone: any Backbone, classes: Int, in scope: ParameterScope
  ) -> any SegmentationHead {
    func wide(_ inputs: Int, _ name: String) -> Conv2D {
      Conv2D(
        inputs, channels, kernel: 3, padding: dilation, dilation: dilation, bias: false,
        initializer: .kaimingNormalFanOut(channels * 9), in: scope[name])
    }
    return LargeFOVNetwork(
      first: wide(backbone.output.channels, "conv6"), second: wide(channels, "conv7"),
      classifier: Conv2D(channels, classes, kernel: 1, bias: false, in: scope["conv8"]))
  }
}

private struct LargeFOVNetwork: SegmentationHead {
  let first: Conv2D
  let second: Conv2D
  let classifier: Conv2D

  func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    classifier(second(first(features.last, pass).relu(), pass).relu(), pass)
  }
}
