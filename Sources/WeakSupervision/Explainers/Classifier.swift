public import Autograd
public import Models
import NeuralNetwork

/// A classifier as explainers see it: features, class scores from features, and nothing that remembers.
///
/// All calls are inference passes, in which no operation mixes the images of a batch; what is recorded is
/// decided by what is tracked.
public struct ExplainedNetwork {
  /// The name of the last feature map.
  public let lastStage: String
  /// The feature maps of images `[batch, height, width, 3]`, normalised.
  public let features: (_ images: Tensor) -> FeatureMaps
  /// Class scores `[batch, classes]`, before softmax or sigmoid, from feature maps.
  ///
  /// Reads the last map, and the class token if the network classifies by it.
  public let logits: (_ features: FeatureMaps) -> Tensor
  /// The classifier applied at every position of the last map: `[batch, height, width, classes]`.
  public let classMaps: (_ features: FeatureMaps) -> Tensor

  /// A network made of these functions.
  public init(
    lastStage: String, features: @escaping (_ images: Tensor) -> FeatureMaps,
    logits: @escaping (_ features: FeatureMaps) -> Tensor,
    classMaps: @escaping (_ features: FeatureMaps) -> Tensor
  ) {
    self.lastStage = lastStage
    self.features = features
    self.logits = logits
    self.classMaps = classMaps
  }

  /// A backbone with a linear classifier on its pooled last map.
  public init(_ backbone: any Backbone, _ head: ClassificationHead) {
    self.init(
      lastStage: backbone.output.name, features: { backbone($0, .inference) },
      logits: { head.logits($0, .inference) },
      classMaps: { head.classMaps($0, .inference) })
  }
}
