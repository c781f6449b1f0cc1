import Autograd
import Configuration
import Datasets
import Files
import Metrics
import Models
import NeuralNetwork
import Reporting
import Training
import WeakSupervision

/// Measures what expansion or shrinkage does to the class maps of some images, beside the classifier's own
/// maps; nothing of it flows back into training.
struct ExpansionScorer {
  private let network: ExpansionNetwork
  private let output: ExpansionNetwork.Output
  private let context: RunContext
  private let ids: [String]
  /// The sweep over the classifier's own maps, or `nil` if the data set has no masks.
  private let plain: ThresholdSweep?

  /// The part of the run folder and of the figures that belong to the output.
  private var stage: String { output == .expanded ? ExpandStage.name : ShrinkStage.name }
  private var key: String { output == .expanded ? "expansion" : "shrinkage" }

  /// A scorer of one output of `network`, on images at even distances in the judged split.
  ///
  /// - Throws: `RunError.interrupted`, and what reading images and the classifier throws.
  init(
    _ network: ExpansionNetwork, _ output: ExpansionNetwork.Output, behind classifier: MapSource,
    _ context: RunContext, _ images: Int
  ) throws {
    self.network = network
    self.output = output
    self.context = context
    let all = try context.dataset.identifiers(of: .seeds)
    let count = min(images, all.count)
    ids = (0..<count).map { all[$0 * all.count / count] }
    plain = try Self.sweep(ids, classifier.open(context.run), CAM(), context)
  }

  /// The mean classification loss on the judged images.
  ///
  /// - Throws: `RunError.interrupted`, `DatasetError`.
  func loss() throws -> Double {
    try mean { images, labels in
      let classifier = network.classifier(output)
      let logits = classifier.logits(classifier.features(images))
      return multiLabelSoftMargin(logits: logits, labels: labels)
    }
  }

  /// The loss, before the weights have moved.
  ///
  /// - Throws: as `loss()`, and `RunError.scoresNotFinite`.
  func finiteLoss() throws -> Double {
    let loss = try loss()
    guard loss.isFinite else { throw RunError.scoresNotFinite(image: ids.first ?? stage) }
    return loss
  }

  /// Reports how far taps move and how good the maps are, now.
  ///
  /// - Returns: the mean move, in positions of the feature map.
  /// - Throws: as `loss()`.
  @discardableResult
  func report() throws -> Double {
    let figures = try self.figures()
    for (name, value) in figures {
      guard case .number(let digits) = value, let number = Double(digits) else { continue }
      context.reporter(
        .metric(
          Metric("\(key).\(name)", number, split: context.dataset.name(of: .seeds), images: ids.count)))
    }
    return try meanMove()
  }

  /// Stores the figures of the weights that the stage keeps.
  ///
  /// - Throws: as `loss()`, and `ReportingError.unwritable`.
  func record() throws {
    let path = context.directory.bestWeights(of: stage)
    try Checkpoint.loadWeights(path, into: network.store)
    let origin: [(String, JSON)] = [
      ("split", .text(context.dataset.name(of: .seeds))), ("images", JSON(ids.count)),
    ]
    try context.record((try figures() + origin).map { ("\(key).\($0.0)", $0.1) })
  }

  /// How far taps move, the loss, and the scores of the maps; those at the threshold at which the
  /// classifier's own maps are best tell what is gained and lost at equal strictness.
  private func figures() throws -> [(String, JSON)] {
    let figures: [(String, JSON)] = [("meanOffset", JSON(try meanMove())), ("loss", JSON(try loss()))]
    let explainer = context.job.seeds.explainer.component
    guard let plain, let sweep = try Self.sweep(ids, network.classifier(output), explainer, context)
    else { return figures }
    let scores = [
      ("plain", plain, plain.bestIndex), ("atPlainThreshold", sweep, plain.bestIndex),
      ("best", sweep, sweep.bestIndex),
    ]
    return figures + [("thresholdChosenWith", "ground truth")]
      + scores.flatMap { name, sweep, index in sweep.figures(at: index).map { ("\(name).\($0.0)", $0.1) } }
  }

  private func meanMove() throws -> Double {
    try mean { images, _ in
      let features = network.features(images, .inference)
      let offsets =
        output == .expanded
        ? network.expansionOffsets(features, .inference) : network.shrunk(images, .inference).offsets
      return offsets.absoluteValue().mean()
    }
  }

  /// The mean of a scalar over the judged images, each on its own with its labels `[1, classes]`.
  private func mean(_ value: (_ images: Tensor, _ labels: Tensor) -> Tensor) throws -> Double {
    var sum = 0.0
    for id in ids {
      try context.checkInterrupt()
      let sample = try context.dataset.sample(id, wantsMask: false)
      let labels = context.dataset.classNames.indices.map { sample.labels.contains($0) ? Float(1) : 0 }
      let images = sample.image.networkInput(
        side: context.job.seeds.baseSize, multipleOf: network.backbone.inputMultiple)
      sum += Double(value(images, Tensor(labels, shape: [1, labels.count])).scalar)
    }
    return sum / Double(max(ids.count, 1))
  }

  /// The maps as the options `seeds` make them, at scale 1, against the true masks.
  private static func sweep(
    _ ids: [String], _ classifier: any Classifier, _ explainer: any Explainer, _ context: RunContext
  ) throws -> ThresholdSweep? {
    var sweep = ThresholdSweep(classes: context.dataset.classCount)
    var count = 0
    for id in ids {
      try context.checkInterrupt()
      let sample = try context.dataset.sample(id, wantsMask: true)
      guard let truth = sample.mask, !sample.labels.isEmpty else { continue }
      let maps = context.job.seeds.maps(
        sample.image, classes: sample.labels, of: classifier, scales: [1], explainer: explainer,
        seed: context.job.generatorSeed, id: id)
      guard maps.maps.isFinite else { throw RunError.scoresNotFinite(image: id) }
      sweep.add(maps, truth: truth)
      count += 1
    }
    return count > 0 && sweep.confusion(at: 0).total > 0 ? sweep : nil
  }
}

extension ThresholdSweep {
  /// The scores at one threshold, in percent, precision and recall as means over foreground classes.
  fileprivate func figures(at index: Int) -> [(String, JSON)] {
    let matrix = confusion(at: index)
    return [
      ("mIoU", JSON(100 * matrix.meanIoU)), ("threshold", JSON(thresholds[index])),
      ("precision", JSON(100 * matrix.meanForegroundPrecision)),
      ("recall", JSON(100 * matrix.meanForegroundRecall)),
    ]
  }
}
