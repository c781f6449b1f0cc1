import Autograd
import Configuration
import Datasets
import Files
import Foundation
import Imaging
import Metrics
import Reporting
import WeakSupervision

/// Stage 2: class activation maps of every training image, judged over all background thresholds.
struct SeedsStage: Stage {
  func run(_ context: RunContext) throws {
    let section = context.configuration.seeds
    let (network, inputMultiple) = try explainedNetwork(context)
    try context.directory.folder("seeds/labels")
    let explainer: any Explainer = section.explainer.resolved()
    let maps = SeedMaps(
      baseSize: section.baseSize, scales: section.scales, isFlipped: section.flip, merge: section.flipMerge,
      normalization: section.normalization)
    try context.forEachImage(context.seedIdentifiers()) { id in
      let path = context.directory.file("seeds/\(id).safetensors")
      let labelPath = context.directory.file("seeds/labels/\(id).png")
      // The label map is written last, so that an interrupted image is made anew.
      guard !FileManager.default.fileExists(atPath: labelPath) else { return }
      let sample = try context.dataset.sample(id, wantsMask: false)
      let seeds = SeedFile(
        classes: sample.labels,
        maps: sample.labels.isEmpty
          ? Tensor.zeros([sample.image.height, sample.image.width, 0])
          : maps(
            sample.image, classes: sample.labels, inputMultiple: inputMultiple,
            explainer: explainer, network: network))
      try seeds.write(to: path)
      let scores = SeedScores(background: section.backgroundThreshold)(seeds.maps)
      try SeedScores.labels(scores, classes: seeds.classes).writePNG(to: labelPath)
    }
    try judge(context)
  }

  /// The network that the configuration takes the maps from, and what the sides of its input must divide by.
  private func explainedNetwork(_ context: RunContext) throws -> (ExplainedNetwork, inputMultiple: Int) {
    let (configuration, classes) = (context.configuration, context.dataset.classNames.count)
    let source = configuration.seeds.classifier
    switch source {
    case .final, .auxiliary:
      let network = try ClassificationNetwork.trained(
        context.directory, configuration, classes: classes, classifier: source)
      return (network.explained, network.inputMultiple)
    case .expanded, .shrunk:
      let network = ExpansionNetwork(configuration, classes: classes)
      try Checkpoint.loadWeights(
        context.directory.file(configuration.seedStage.bestWeights), into: network.store)
      return (network.explained(source == .expanded ? .expanded : .shrunk), network.inputMultiple)
    }
  }

  /// Scores the stored maps against the true masks of the judged split, over all background thresholds.
  private func judge(_ context: RunContext) throws {
    var sweep = ThresholdSweep(classes: context.dataset.classCount)
    var count = 0
    for id in try context.dataset.identifiers(of: .seeds) {
      try context.checkInterrupt()
      guard let truth = try context.dataset.sample(id, wantsMask: true).mask else { continue }
      let seeds = try SeedFile.read(context.directory.file("seeds/\(id).safetensors"))
      sweep.add(maps: seeds.maps, classes: seeds.classes, truth: truth)
      count += 1
    }
    guard count > 0 else {
      context.reporter(.note("the data set has no masks, so seeds are not judged"))
      return
    }
    let curve = sweep.curve
    let best = sweep.best
    let bestMatrix = sweep.confusion(at: sweep.bestIndex)
    let fixed = context.configuration.seeds.backgroundThreshold
    let atFixed = curve.last { $0.threshold <= fixed + 1e-4 } ?? curve[0]
    try context.record(
      "seeds.mIoU", 100 * best.meanIoU, .seeds, images: count,
      also: [
        ("seeds.bestThreshold", JSON(best.threshold)),
        ("seeds.thresholdChosenWith", "ground truth"),
        ("seeds.fixedThreshold", JSON(atFixed.threshold)),
        ("seeds.mIoUAtFixedThreshold", JSON(100 * atFixed.meanIoU)),
        ("seeds.precision", JSON(100 * bestMatrix.meanForegroundPrecision)),
        ("seeds.recall", JSON(100 * bestMatrix.meanForegroundRecall)),
        ("seeds.curve", .list(curve.map { JSON(100 * $0.meanIoU) })),
      ])
  }
}

extension RunContext {
  /// The images that seeds are made for: those that are trained on, then further ones that are judged.
  ///
  /// Where no segmenter is trained on masks, the judged ones are enough.
  func seedIdentifiers() throws -> [String] {
    if configuration.segment.labels == .online { return try dataset.identifiers(of: .seeds) }
    let train = try dataset.identifiers(of: .train)
    let known = Set(train)
    return train + (try dataset.identifiers(of: .seeds)).filter { !known.contains($0) }
  }
}
