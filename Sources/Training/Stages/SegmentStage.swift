import Autograd
import Configuration
import Datasets
import NeuralNetwork

/// Stage 5: trains the segmenter on pseudo-masks, on seeds, or on true masks.
struct SegmentStage: Stage {
  func run(_ context: RunContext) throws {
    let configuration = context.configuration
    let section = configuration.segment
    let network = SegmentationNetwork(configuration, classes: context.dataset.classCount)
    switch section.start {
    case .classifier:
      let classifier = configuration.classifierStage.bestWeights
      try Checkpoint.loadWeights(
        context.directory.file(classifier), into: network.store, parts: ["backbone.": "backbone."])
    case .weights where configuration.model.weights != "none":
      try network.store.loadBackbone(from: configuration.model.weights)
    case .weights: break
    }
    let loop = TrainingLoop(network.store, section, context)
    let loader = try BatchLoader(context, section, masks: masks(context))
    let scorer = SegmentationScorer(
      predictor: Predictor(network, configuration), context: context)
    let loss: any SegmentationLoss = section.loss.resolved()
    _ = try loop.run({ loader.batches($0) }) { batch, pass in
      let logits = network.logits(batch.images, pass)
      let side = section.augmentation.crop
      let full = logits.resized(height: side, width: side, .bilinear)
      return batch.masks.map { [LossTerm("segmentation", loss.value(logits: full, labels: $0))] } ?? []
    } validate: {
      try scorer.meanIoU()
    }
  }

  /// Where the masks lie that the configuration asks for.
  private func masks(_ context: RunContext) -> MaskSource {
    switch context.configuration.segment.labels {
    case .pseudo: .folder(context.directory.file("masks"))
    case .seeds: .folder(context.directory.file("seeds/labels"))
    case .groundTruth: .truth
    case .online: .none
    }
  }
}
