import Autograd
import Configuration
import Datasets
import Files
import NeuralNetwork
import Reporting
import Training

/// Trains classifier and decoder together by token contrast, on image labels alone.
struct ContrastStage: Stage {
  static let name = "contrast"

  private let job: any JobOptions
  private let method: TokenContrast

  init(_ job: any JobOptions, _ method: TokenContrast) {
    self.job = job
    self.method = method
  }

  var name: String { Self.name }
  var inputs: [String] { [] }
  var options: [any Encodable] { [job.data, job.model, method, job.segment.head] }
  var data: DataUse {
    DataUse(images: [.train, .val], labels: [.train, .val], masks: [.val], weights: true)
  }

  func run(_ context: RunContext) throws {
    let network = ContrastNetwork(job, method, classes: context.dataset.classNames.count)
    try network.store.startBackbone(from: job.model, telling: context.reporter)
    let times = PartTimes()
    var loop = TrainingLoop(network.store, method, context, times: times)
    let loader = ViewLoader(
      try BatchLoader(context, method), options: method.views, isAligned: method.compatibility == .fixed)
    let step = ContrastStep(network, method, seed: job.generatorSeed, times: times)
    if step.bands.learns { loop.memory = step.bands }
    _ = try loop.run({ loader.batches($0) }) { batch, pass in
      step.losses(batch, pass, step: batch.step / method.schedule.accumulate)
    } validate: {
      try score(network, context)
    }
    if step.bands.learns {
      try context.record(
        ContrastBands.Source.allCases.map { source in
          let band = step.bands[source]
          return ("contrast.\(source.rawValue)Maps.band", [JSON(band.lower), JSON(band.upper)])
        })
    }
    try report(times, context)
  }

  /// Scores classifier, maps and decoder, and returns the figure that chooses the best checkpoint: the
  /// decoder's mean IoU, that of the maps if no decoder is trained, or the mean average precision where there
  /// are no masks; `nil` if no held-out image shows a class either.
  private func score(_ network: ContrastNetwork, _ context: RunContext) throws -> Double? {
    let scores = try ContrastScorer(network, context, evaluationSize: method.evaluationSize).scores()
    let count = try context.dataset.identifiers(of: .val).count
    if let figure = scores.averagePrecision {
      try context.record("classifier.mAP", figure, .val, images: count)
    }
    guard scores.images > 0 else { return scores.averagePrecision }
    try context.record("contrast.finalMaps.mIoU", scores.finalMaps, .val, images: scores.images)
    try context.record("contrast.auxiliaryMaps.mIoU", scores.auxiliaryMaps, .val, images: scores.images)
    guard method.loss.segmentation > 0 else { return scores.finalMaps }
    let predictor = Predictor(network.backbone, network.decoder, job.evaluate, job.model.normalization)
    guard let (decoder, images) = try SegmentationScorer(predictor, context).meanIoU() else { return nil }
    try context.record("contrast.decoder.mIoU", decoder, .val, images: images)
    return decoder
  }

  /// Says what the parts of a step took, on average over the steps since the stage last began or went on.
  private func report(_ times: PartTimes, _ context: RunContext) throws {
    guard times.steps > 0 else { return }
    let parts = times.perStep
    let total = parts.reduce(0) { $0 + $1.seconds }
    context.reporter(.note("seconds of a step, on average over \(times.steps) steps:"))
    for (name, seconds) in parts + [("together", total)] {
      let share = total > 0 ? seconds / total : 0
      let label = name + String(repeating: " ", count: max(0, 12 - name.count))
      context.reporter(
        .note("  \(label) \(Formatting.fixed(seconds, 3)) s \(Formatting.fixed(100 * share, 1)) %"))
    }
    try context.record(
      parts.map { ("secondsPerStep.contrast.\($0.name)", JSON($0.seconds)) }
        + [("secondsPerStep.contrast.together", JSON(total))])
  }
}
