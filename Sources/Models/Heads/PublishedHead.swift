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
  /// The same for inference with the attention of every block, if there is some, and with all maps of the
  /// backbone.
  func attendedFeatures(_ images: Tensor) -> FeatureMaps
  /// Whether class scores are read from the class token.
  var readsClassToken: Bool { get }
  /// Class scores `[batch, classes]`, from the last map and the class token.
  func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor
  /// The classifier without its bias at every position of the last map: `[batch, height, width, classes]`.
  func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor
}

extension PublishedHead {
  public var readsClassToken: Bool { false }

  public func attendedFeatures(_ images: Tensor) -> FeatureMaps {
    backbone.attention?.features(images) ?? features(images, .inference)
  }
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
/// Maps with the attention of every block have been through the last block, too, and what is behind it is
/// classified.
struct TokenHead: PublishedHead {
  private let transformer: VisionTransformer
  private let classifier: Linear
  let stages: [BackboneStage]
  var backbone: any Backbone { transformer }
  var readsClassToken: Bool { true }

  init(_ transformer: VisionTransformer, classes: Int, in scope: ParameterScope) {
    self.transformer = transformer
    stages = Array(transformer.stages[..<(transformer.depth - 1)])
    classifier = Linear(transformer.output.channels, classes, in: scope)
  }

  func features(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
    transformer.beforeLastBlock(images, pass)
  }

  func attendedFeatures(_ images: Tensor) -> FeatureMaps {
    var features = transformer.features(images)
    // The one beside the last map, so that the last block can run again from there.
    features.classToken = Self.classToken(features.source(stages[stages.count - 1].name))
    return features
  }

  func logits(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    classifier(Self.classToken(tokens(features, pass)), pass)
  }

  func classMaps(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    let (tokens, map) = (tokens(features, pass), features.last.shape)
    return tokens.slice(axis: 1, 1..<tokens.shape[1])
      .reshaped(to: [map[0], map[1], map[2], tokens.shape[2]]).linear(classifier.weight(pass))
  }

  /// All tokens behind the last norm, `[batch, 1 + patches, channels]`.
  private func tokens(_ features: FeatureMaps, _ pass: Pass) -> Tensor {
    let end = transformer.output.name
    return features.names.last == end ? features.source(end) : transformer.behindLastBlock(features, pass)
  }

  /// The first of tokens `[batch, tokens, channels]`, `[batch, channels]`.
  private static func classToken(_ tokens: Tensor) -> Tensor {
    tokens.slice(axis: 1, 0..<1).reshaped(to: [tokens.shape[0], tokens.shape[2]])
  }
}
