public import Autograd
public import NeuralNetwork

/// A backbone with the classifier that its published weights have, cut where the classifier begins.
public protocol PublishedHead {
  /// The feature maps, from the input to the one that the classifier reads, which is the last.
  var stages: [BackboneStage] { get }
  /// The backbone.
  var backbone: any Backbone { get }
  /// The feature maps of `images`, `[batch, height, width, 3]`, normalised; with a class token where the
  /// classifier reads one.
  func features(_ images: Tensor, _ pass: Pass) -> FeatureMaps
  /// Class scores `[batch, classes]`, from the last map and the class token.
  func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor
  /// The classifier without its bias at every position of the last map: `[batch, height, width, classes]`.
  func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor
}

/// A linear classifier on the average of the last map: ResNets, MobileNetV2, EfficientNets.
struct PooledHead: PublishedHead {
  let backbone: any Backbone
  private let classifier: Linear
  var stages: [BackboneStage] { backbone.stages }

  init(_ backbone: any Backbone, classes: Int, in scope: ParameterScope) {
    self.backbone = backbone
    classifier = Linear(backbone.output.channels, classes, in: scope)
  }

  func features(_ images: Tensor, _ pass: Pass) -> FeatureMaps { backbone(images, pass) }

  func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    classifier(features.last.globalAveragePool(), pass)
  }

  func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    features.last.linear(classifier.weight(pass))
  }
}

/// A 1×1 convolution and a rectifier on the last map, whose average is the score: SqueezeNet.
///
/// The maps are those whose average is the score, the bias of the convolution included, which the rectifier
/// needs.
struct RectifiedHead: PublishedHead {
  let backbone: any Backbone
  private let classifier: Conv2D
  var stages: [BackboneStage] { backbone.stages }

  init(_ backbone: any Backbone, classes: Int, in scope: ParameterScope) {
    self.backbone = backbone
    classifier = Conv2D(backbone.output.channels, classes, kernel: 1, in: scope)
  }

  func features(_ images: Tensor, _ pass: Pass) -> FeatureMaps { backbone(images, pass) }

  func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    classMaps(features, pass).globalAveragePool()
  }

  func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor { classifier(features.last, pass).relu() }
}

/// A linear classifier on the class token of a vision transformer.
///
/// The class token reads the patches for the last time in the last block: the map behind it has no part in
/// the scores. So the network is cut before that block, whose input is the last map, and the token beside it.
struct TokenHead: PublishedHead {
  private let transformer: VisionTransformer
  private let classifier: Linear
  let stages: [BackboneStage]
  var backbone: any Backbone { transformer }

  init(_ transformer: VisionTransformer, classes: Int, in scope: ParameterScope) {
    self.transformer = transformer
    stages = Array(transformer.stages[..<(transformer.depth - 1)])
    classifier = Linear(transformer.output.channels, classes, in: scope)
  }

  func features(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    transformer.beforeLastBlock(images, pass)
  }

  func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    let tokens = transformer.behindLastBlock(features, pass)
    let token = tokens.slice(axis: 1, 0..<1).reshaped(to: [tokens.shape[0], tokens.shape[2]])
    return classifier(token, pass)
  }

  func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    let (tokens, map) = (transformer.behindLastBlock(features, pass), features.last.shape)
    return tokens.slice(axis: 1, 1..<tokens.shape[1])
      .reshaped(to: [map[0], map[1], map[2], tokens.shape[2]]).linear(classifier.weight(pass))
  }
}
