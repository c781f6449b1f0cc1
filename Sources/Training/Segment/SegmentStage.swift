import Autograd
import Configuration
import Datasets
import NeuralNetwork

/// Trains the segmenter on pseudo-masks, on seeds, or on true masks.
struct SegmentStage: Stage {
  static let name = "segment"

  private let job: any JobOptions
  /// The network that the segmenter may start from.
  private let classifier: MapSource

  init(_ job: any JobOptions, _ classifier: MapSource) {
    self.job = job
    self.classifier = classifier
  }

  var name: String { Self.name }
  var options: [any Encodable] { [job.data, job.model, job.segment] }

  var inputs: [String] {
    let masks: [String] =
      switch job.segment.labels {
      case .pseudo: [MasksStage.name]
      case .seeds: [SeedsStage.name]
      case .groundTruth, .online: []
      }
    return (job.segment.start == .classifier ? [classifier.stage] : []) + masks
  }

  func run(_ context: RunContext) throws {
    let options = job.segment
    let network = SegmentationNetwork(job, classes: context.dataset.classCount)
    switch options.start {
    case .classifier:
      try Checkpoint.loadWeights(
        context.directory.bestWeights(of: classifier.stage), into: network.store,
        parts: ["backbone.": "backbone."])
    case .weights: try network.store.startBackbone(from: job.model)
    }
    try requireMasks(context)
    var loop = TrainingLoop(network.store, options, context)
    let loader = try BatchLoader(context, options, masks: masks(context))
    let corrector = options.correction.enabled ? LabelCorrector(network, loader, context) : nil
    loop.memory = corrector
    let scorer = SegmentationScorer(Predictor(network, job.evaluate), context)
    let loss = options.loss.component
    _ = try loop.run({ loader.batches($0) }) { batch, pass in
      guard let masks = batch.masks else { return [] }
      let labels = corrector?.labels(batch, masks) ?? masks
      let side = options.augmentation.crop
      let logits = network.logits(batch.images, pass).resized(height: side, width: side, .bilinear)
      corrector?.observe(logits, masks, batch: batch.step)
      return [LossTerm("segmentation", loss.value(logits: logits, labels: labels))]
    } validate: {
      try score(scorer, context)
    }
  }

  /// The mean IoU of the held-out images, which chooses the best checkpoint; `nil` where there are no masks.
  private func score(_ scorer: SegmentationScorer, _ context: RunContext) throws -> Double? {
    guard let (figure, images) = try scorer.meanIoU() else { return nil }
    try context.record("segmenter.mIoU", figure, .val, images: images)
    return figure
  }

  /// Refuses to begin with masks of this run of which some are missing.
  private func requireMasks(_ context: RunContext) throws {
    let ids = try context.dataset.identifiers(of: .train)
    switch job.segment.labels {
    case .pseudo: try context.directory.requireFiles(in: MasksStage.name, for: ids)
    case .seeds:
      for id in ids where !context.directory.has("\(SeedsStage.name)/labels/\(id).png") {
        throw RunError.outputGone(path: context.directory.seedLabels(of: id))
      }
    case .groundTruth, .online: break
    }
  }

  /// Where the masks lie that the options ask for.
  private func masks(_ context: RunContext) -> MaskSource {
    switch job.segment.labels {
    case .pseudo: .folder(context.directory.pseudoMasks)
    case .seeds: .folder(context.directory.seedLabels)
    case .groundTruth: .truth
    case .online: .none
    }
  }
}
