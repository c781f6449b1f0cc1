public import Autograd
import Configuration
public import Imaging
public import Models
public import NeuralNetwork

/// A backbone with a segmentation head, and their parameters.
public final class SegmentationNetwork {
  /// All parameters: names begin with `backbone.` and `head.`.
  public let store: ParameterStore
  /// The network from images to feature maps.
  public let backbone: any Backbone
  /// The network from feature maps to class scores.
  public let head: any SegmentationHead
  /// What the network expects of its input.
  public let normalization: Normalization

  /// A network for `classes` classes including the background, with initial values from the run's seed.
  public init(_ job: any JobOptions, classes: Int) {
    store = ParameterStore(seed: job.generatorSeed)
    normalization = job.model.normalization
    backbone = job.model.backbone.component.build(in: store.root["backbone"])
    head = job.segment.head.component.build(for: backbone, classes: classes, in: store.root["head"])
  }

  /// The segmenter of a run, read back from the best checkpoint of the stage that trains it.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`, `.otherClasses`.
  public static func trained(_ run: TrainedRun, _ source: SegmenterSource) throws -> SegmentationNetwork {
    let path = run.directory.bestWeights(of: source.stage)
    try ClassMetadata.require(run.classNames, in: path)
    let network = SegmentationNetwork(run.job, classes: run.classNames.count + 1)
    // The file may hold the networks that were trained along.
    try Checkpoint.loadWeights(
      path, into: network.store,
      parts: ["backbone.": "backbone.", "head.": "head."])
    return network
  }

  /// Class scores `[batch, height, width, classes]` on the head's grid for images
  /// `[batch, height, width, 3]`.
  public func logits(_ images: Tensor, _ pass: Pass) -> Tensor {
    head(backbone(images, pass), pass)
  }
}
