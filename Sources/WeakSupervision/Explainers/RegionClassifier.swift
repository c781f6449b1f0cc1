public import Autograd
public import Imaging
public import Models
import NeuralNetwork

/// A segmenter as a classifier: its score of a class is the sum of the class's scores over a region, so that
/// every explainer shows what the segmenter sees there
/// (Vinogradova et al.: Towards Interpretable Semantic Segmentation via Gradient-Weighted Class Activation
/// Mapping, 2020).
///
///     y_c = Σ_p m(p) s_c(p)
public struct RegionClassifier: Classifier {
  private let backbone: any Backbone
  private let head: any SegmentationHead
  private let region: Tensor
  public let normalization: Normalization
  public var stages: [BackboneStage] { backbone.stages }
  public var inputMultiple: Int { backbone.inputMultiple }
  public var attention: (any TokenAttention)? { backbone.attention }
  public var readsLastMapOnly: Bool { false }

  /// A segmenter whose scores count by `region`, `[height, width]` of any size, which is resized to the grid
  /// of the scores.
  public init(
    _ backbone: any Backbone, _ head: any SegmentationHead, region: Tensor,
    _ normalization: Normalization = .imageNet
  ) {
    precondition(region.rank == 2, "region: the shape \(region.shape) is not [height, width]")
    self.backbone = backbone
    self.head = head
    self.region = region.reshaped(to: [1, region.shape[0], region.shape[1], 1])
    self.normalization = normalization
  }

  public func features(_ images: Tensor) -> FeatureMaps { backbone(images, .inference) }

  public func logits(_ features: FeatureMaps) -> Tensor {
    let scores = head(features, .inference)
    let mask = region.resized(height: scores.shape[1], width: scores.shape[2], .bilinear)
    return (scores * mask).sum(axes: [1, 2])
  }

  public func classMaps(_ features: FeatureMaps) -> Tensor { head(features, .inference) }
}
