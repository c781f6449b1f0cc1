import Autograd
import Configuration
import Models
import NeuralNetwork

/// A backbone with a segmentation head, and their parameters.
final class SegmentationNetwork {
  let store: ParameterStore
  let backbone: any Backbone
  let head: any SegmentationHead
  /// What the sides of an input must divide by.
  let inputMultiple: Int

  /// A network for `classes` classes including the background, with initial values from the run's seed.
  init(_ configuration: RunConfiguration, classes: Int) {
    store = ParameterStore(seed: configuration.generatorSeed)
    let options: any BackboneOptions = configuration.model.backbone.resolved()
    backbone = options.build(in: store.root["backbone"])
    inputMultiple = options.inputMultiple
    let headOptions: any HeadOptions = configuration.segment.head.resolved()
    head = headOptions.build(for: backbone, classes: classes, in: store.root["head"])
  }

  /// The segmenter of a run, read back from its best checkpoint.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  static func trained(
    _ run: RunDirectory, _ configuration: RunConfiguration, classes: Int
  ) throws -> SegmentationNetwork {
    let network = SegmentationNetwork(configuration, classes: classes)
    // The file may hold the networks that were trained along.
    try Checkpoint.loadWeights(
      run.file(configuration.segmenterStage.bestWeights), into: network.store,
      parts: ["backbone.": "backbone.", "head.": "head."])
    return network
  }

  /// Class scores `[batch, height, width, classes]` on the head's grid for images
  /// `[batch, height, width, 3]`.
  func logits(_ images: Tensor, _ pass: Pass) -> Tensor {
    head(backbone(images, pass), pass)
  }
}
