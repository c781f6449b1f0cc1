import Autograd
public import Configuration
public import NeuralNetwork

/// A 1×1 convolution on the last map.
public struct LinearHead: HeadOptions {
  public static let name = "linear"
  @Setting("probability of zeroing a feature while training, 0 … 1", 0..<1) public var dropout: Float = 0

  public init() {}

  public func build(
    for backbone: any Backbone, classes: Int, in scope: ParameterScope
  ) -> any SegmentationHead {
    LinearNetwork(
      dropout: Dropout(dropout, in: scope["dropout"]),
      classifier: Linear(backbone.output.channels, classes, in: scope["classifier"]))
  }
}

private struct LinearNetwork: SegmentationHead {
  let dropout: Dropout
  let classifier: Linear

  func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    classifier(dropout(features.last, pass), pass)
  }
}
