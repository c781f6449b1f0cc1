public import Autograd
public import NeuralNetwork

/// How a feature map becomes one vector.
public enum FeaturePooling: String, Codable, Sendable, CaseIterable {
  /// The mean over all positions (Zhou et al., CVPR 2016).
  case average
  /// The maximum over all positions (Ru et al., CVPR 2023).
  case maximum
}

/// A linear classifier without bias on pooled features, whose weights also score each position.
///
/// With average pooling its weights start uniform within ±1/√channels, as torchvision's classifiers. With
/// maximum pooling they start normal with deviation 0.02, cut at twice that, like a transformer's other
/// weights: maxima over positions multiply wider ones to scores far from zero.
public struct ClassificationHead {
  private let classifier: Linear
  private let pooling: FeaturePooling

  /// A classifier from `channels` to `classes`; its weight is `weight` below `scope`.
  public init(channels: Int, classes: Int, pooling: FeaturePooling, in scope: ParameterScope) {
    classifier = Linear(
      channels, classes, bias: false, initializer: pooling == .maximum ? .truncatedNormal(0.02) : nil,
      in: scope)
    self.pooling = pooling
  }

  /// The scores `[batch, classes]` of images, from their last map.
  public func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor { logits(features.last, pass) }

  /// The scores of each position of the last map, `[batch, height, width, classes]`.
  public func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor { classMaps(features.last, pass) }

  /// The scores `[batch, classes]` of images, from a map `[batch, height, width, channels]`.
  public func logits(_ map: Tensor, _ pass: Pass) -> Tensor {
    switch pooling {
    case .average: classifier(map.globalAveragePool(), pass)
    case .maximum: classifier(map.globalMaxPool(), pass)
    }
  }

  /// The scores of each position of a map, `[batch, height, width, classes]`: class-activation maps before
  /// any rectification.
  public func classMaps(_ map: Tensor, _ pass: Pass) -> Tensor { classifier(map, pass) }
}
