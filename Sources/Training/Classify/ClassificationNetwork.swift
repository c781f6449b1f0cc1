public import Autograd
import Configuration
public import Models
public import NeuralNetwork
public import WeakSupervision

/// A backbone with a linear classifier on pooled features, and their parameters.
public final class ClassificationNetwork {
  /// All parameters: names begin with `backbone.` and `classifier.`.
  public let store: ParameterStore
  /// The network in inference, as explainers see it.
  public let classifier: PooledClassifier

  /// The network from images to feature maps.
  public var backbone: any Backbone { classifier.backbone }
  /// The classifier on the pooled map.
  public var head: ClassificationHead { classifier.head }

  /// A network for `classes` foreground classes that reads the map called `map`, the last one without a name,
  /// with initial values from the run's seed.
  public init(_ job: any JobOptions, classes: Int, pooling: FeaturePooling, on map: String? = nil) {
    store = ParameterStore(seed: job.generatorSeed)
    let backbone = job.model.backbone.component.build(in: store.root["backbone"])
    let channels = map.flatMap { backbone.stage($0)?.channels } ?? backbone.output.channels
    let head = ClassificationHead(
      channels: channels, classes: classes, pooling: pooling, in: store.root["classifier"])
    classifier = PooledClassifier(backbone, head, on: map, job.model.normalization)
  }

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

  /// Class scores `[batch, classes]` for images `[batch, height, width, 3]`.
  public func logits(_ images: Tensor, _ pass: Pass) -> Tensor {
    head.logits(backbone(images, pass)[classifier.lastStage], pass)
  }
}
