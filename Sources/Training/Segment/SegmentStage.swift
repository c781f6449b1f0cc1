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
    var loop = TrainingLoop(network.store, section, context)
    let loader = try BatchLoader(context, section, masks: masks(context))
    let corrector = section.correction.enabled ? LabelCorrector(network, loader, context) : nil
    loop.memory = corrector
    let scorer = SegmentationScorer(predictor: Predictor(network, configuration), context: context)
    let loss: any SegmentationLoss = section.loss.resolved()
    _ = try loop.run({ loader.batches($0) }) { batch, pass in
      guard let masks = batch.masks else { return [] }
      let labels = corrector?.labels(batch, masks) ?? masks
      let side = section.augmentation.crop
      let logits = network.logits(batch.images, pass).resized(height: side, width: side, .bilinear)
      corrector?.observe(logits, masks, batch: batch.step)
      return [LossTerm("segmentation", loss.value(logits: logits, labels: labels))]
    } validate: {
      try judge(scorer, context)
    }
  }

  /// The mean IoU of the held-out images, which chooses the best checkpoint; 0 where there are no masks.
  private func judge(_ scorer: SegmentationScorer, _ context: RunContext) throws -> Double {
    guard let (figure, images) = try scorer.meanIoU() else { return 0 }
    try context.record("segmenter.mIoU", figure, .val, images: images)
    return figure
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
