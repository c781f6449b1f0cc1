public import Autograd
public import Imaging
public import Models
import NeuralNetwork

/// A trained classifier as explainers and refiners see it: features, class scores from features, class maps.
///
/// All calls are inference passes, in which no operation mixes the images of a batch; what is recorded is
/// decided by what is tracked.
public protocol Classifier {
  /// The feature maps, from the input to the one that is classified, which is the last.
  var stages: [BackboneStage] { get }
  /// The number that height and width of the images must be multiples of.
  var inputMultiple: Int { get }
  /// What the network expects of its input.
  var normalization: Normalization { get }
  /// How the network's tokens attend to each other; `nil` where there is no attention.
  var attention: (any TokenAttention)? { get }
  /// The feature maps of images `[batch, height, width, 3]`, normalised.
  func features(_ images: Tensor) -> FeatureMaps
  /// Class scores `[batch, classes]`, before softmax or sigmoid, from feature maps.
  ///
  /// Reads the last map, and the class token if the network classifies by it.
  func logits(_ features: FeatureMaps) -> Tensor
  /// Whether class scores are read from the last map, and the class token, alone.
  var readsLastMapOnly: Bool { get }
  /// The classifier applied at every position of the last map: `[batch, height, width, classes]`.
  func classMaps(_ features: FeatureMaps) -> Tensor
  /// Whether class scores are read from the class token.
  var readsClassToken: Bool { get }
  /// The number of blocks of attention, from the first on, that class scores depend on.
  var blocksRead: Int { get }
  /// How much the token of each class activates each class, `[batch, classes, classes]`, the activating class
  /// first; `nil` for networks without a token for each class.
  func tokenScores(_ features: FeatureMaps) -> Tensor?
  /// The feature maps of images, and the attention of each block if there is some, with gradients.
  func attendedFeatures(_ images: Tensor) -> FeatureMaps
  /// Class scores as if the network ended behind one block of its attention, from its feature maps.
  ///
  /// - Precondition: there is such a block.
  func logits(_ features: FeatureMaps, endingBehind block: Int) -> Tensor
}

extension Classifier {
  public var attention: (any TokenAttention)? { nil }
  public var readsLastMapOnly: Bool { true }
  public var readsClassToken: Bool { false }
  /// Those in front of the map that is classified.
  public var blocksRead: Int { attention.map { min($0.depth, stages.count) } ?? 0 }

  public func tokenScores(_ features: FeatureMaps) -> Tensor? { nil }

  public func attendedFeatures(_ images: Tensor) -> FeatureMaps {
    attention?.features(images) ?? features(images)
  }

  public func logits(_ features: FeatureMaps, endingBehind block: Int) -> Tensor {
    guard let attention else { preconditionFailure("classifier: there is no attention") }
    let last = attention.ending(features, behind: block, as: lastStage)
    guard !readsLastMapOnly else { return logits(last) }
    var own = FeatureMaps()
    for name in features.names where name != lastStage { own.append(name, features[name]) }
    own.append(lastStage, last.last)
    own.classToken = last.classToken
    return logits(own)
  }

  /// The name of the feature map that is classified.
  public var lastStage: String { stages[stages.count - 1].name }

  /// Class scores `[rows, classes]` with `map` in place of the last one, for rows that are images of
  /// `features`.
  func logits(ofLast map: Tensor, of rows: [Int], in features: FeatureMaps) -> Tensor {
    var own = FeatureMaps()
    if !readsLastMapOnly {
      for name in features.names where name != lastStage {
        own.append(name, features[name].gathered(rows, axis: 0))
      }
    }
    own.append(lastStage, map)
    own.classToken = features.classToken?.gathered(rows, axis: 0)
    return logits(own)
  }

  /// The feature map that `name` means: the last one for an empty name.
  ///
  /// - Precondition: there is such a map.
  func stageName(_ name: String) -> String {
    precondition(
      name.isEmpty || stages.contains { $0.name == name },
      "explainer: there is no map \(name); there are \(stages.map(\.name).joined(separator: ", "))")
    return name.isEmpty ? lastStage : name
  }
}

/// A backbone with a linear classifier on one of its maps, pooled.
public struct PooledClassifier: Classifier {
  /// The network from images to feature maps.
  public let backbone: any Backbone
  /// The classifier on the pooled map.
  public let head: ClassificationHead
  public let stages: [BackboneStage]
  public let normalization: Normalization
  public var inputMultiple: Int { backbone.inputMultiple }
  public var attention: (any TokenAttention)? { backbone.attention }

  /// A classifier on the map called `stage`; the last one without a name. Its input is normalised so.
  ///
  /// - Precondition: the backbone has such a map.
  public init(
    _ backbone: any Backbone, _ head: ClassificationHead, on stage: String? = nil,
    _ normalization: Normalization = .imageNet
  ) {
    self.normalization = normalization
    self.backbone = backbone
    self.head = head
    let name = stage ?? backbone.output.name
    guard let index = backbone.stages.firstIndex(where: { $0.name == name }) else {
      preconditionFailure("classifier: the backbone has no map \(name)")
    }
    stages = Array(backbone.stages[...index])
  }

  public func features(_ images: Tensor) -> FeatureMaps { backbone(images, .inference) }

  public func logits(_ features: FeatureMaps) -> Tensor { head.logits(features[lastStage], .inference) }

  public func classMaps(_ features: FeatureMaps) -> Tensor { head.classMaps(features[lastStage], .inference) }
}
