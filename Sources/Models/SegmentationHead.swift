public import Autograd
public import Configuration
public import NeuralNetwork

/// A network from feature maps to a class score for each cell.
public protocol SegmentationHead {
  /// Logits `[batch, height, width, classes]` on the grid of the finest map that the head reads.
  func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor
}

/// The options of a segmentation head, which build it.
public protocol HeadOptions: Component, BackboneDependent {
  /// A head for `backbone` whose parameters are below `scope`.
  func build(for backbone: any Backbone, classes: Int, in scope: ParameterScope) -> any SegmentationHead
}
