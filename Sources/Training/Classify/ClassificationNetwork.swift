public import Autograd
import Configuration
public import Models
public import NeuralNetwork
public import WeakSupervision

/// A backbone with a linear classifier on pooled features, or one on each of several maps, and their
/// parameters.
public final class ClassificationNetwork {
  /// All parameters: names begin with `backbone.` and `classifier.`, those of further classifiers with
  /// `classifier_` and the name of their map.
  public let store: ParameterStore
  /// Further classifiers, each on a map of its own.
  private let further: [(map: String, head: ClassificationHead)]
  /// The network in inference, as explainers see it.
  public let classifier: PooledClassifier

  /// The network from images to feature maps.
  public var backbone: any Backbone { classifier.backbone }
  /// The classifier on the pooled map.
  public var head: ClassificationHead { classifier.head }

  /// A network for `classes` foreground classes that reads the map called `map`, the last one without a name,
  /// with initial values from the run's seed; each of `others` gets a classifier of its own.
  public init(
    _ job: any JobOptions, classes: Int, pooling: FeaturePooling, on map: String? = nil,
    others: [String] = []
  ) {
    let store = ParameterStore(seed: job.generatorSeed)
    let backbone = job.model.backbone.component.build(in: store.root["backbone"])
    func head(_ name: String, on map: String?) -> ClassificationHead {
      let channels = map.flatMap { backbone.stage($0)?.channels } ?? backbone.output.channels
      return ClassificationHead(channels: channels, classes: classes, pooling: pooling, in: store.root[name])
    }
    classifier = PooledClassifier(backbone, head("classifier", on: map), on: map, job.model.normalization)
    further = others.map { ($0, head(Self.head(on: $0), on: $0)) }
    self.store = store
  }

  /// The name below which the parameters of a further classifier on `map` stand.
  static func head(on map: String) -> String { "classifier_\(map)" }

  /// The classifier of a run, read back from the best checkpoint of `stage`, where it is called `head`.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`, `.otherClasses`.
  public static func trained(
    _ run: TrainedRun, by stage: String, pooling: FeaturePooling, head: String = "classifier",
    on map: String? = nil
  ) throws -> ClassificationNetwork {
    let path = run.directory.bestWeights(of: stage)
    try ClassMetadata.require(run.classNames, in: path)
    let network = ClassificationNetwork(run.job, classes: run.classNames.count, pooling: pooling, on: map)
    // The file may hold the networks that were trained along.
    try Checkpoint.loadWeights(
      path, into: network.store,
      parts: ["backbone.": "backbone.", "\(head).": "classifier."])
    return network
  }

  /// Class scores `[batch, classes]` of every classifier for images `[batch, height, width, 3]`, the main
  /// one's last.
  public func logits(_ images: Tensor, _ pass: Pass) -> [Tensor] {
    let features = backbone(images, pass)
    return further.map { $0.head.logits(features[$0.map], pass) }
      + [head.logits(features[classifier.lastStage], pass)]
  }
}

extension MapSource {
  /// The classifier called `head` of the networks that `stage` trains, which reads `map`, the last one
  /// without a name.
  public static func classifier(
    _ name: String, caption: String, stage: String, pooling: FeaturePooling, head: String, on map: String?
  ) -> MapSource {
    var source = MapSource(name, caption: caption, stage: stage, pooling: pooling) { run in
      try ClassificationNetwork.trained(run, by: stage, pooling: pooling, head: head, on: map).classifier
    }
    source.lastMap = map
    return source
  }
}
