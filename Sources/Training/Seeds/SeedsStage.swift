import Autograd
import Configuration
import Datasets
import Files
import Foundation
package import Imaging
package import Metrics
import Reporting
package import WeakSupervision

/// Class maps of every training image, and the threshold that parts them from the background.
struct SeedsStage: Stage {
  static let name = "seeds"

  private let job: any JobOptions
  /// The networks of which one makes the maps.
  private let candidates: [MapSource]
  private let trained: TrainedNetworks

  /// The stage that makes the maps of one of the networks that `seeds.maps` allows.
  init(_ job: any JobOptions, _ trained: TrainedNetworks) {
    self.job = job
    self.trained = trained
    candidates = trained.candidates
  }

  var name: String { Self.name }
  var inputs: [String] {
    let judge = candidates.count > 1 ? [trained.classifier.stage] : []
    return (candidates.map(\.stage) + judge).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  var options: [any Encodable] {
    let name = candidates.map(\.name).joined(separator: " ")
    return [job.seeds, name, job.segment.labels == .online ? "judged images" : ""]
      + candidates.flatMap(\.options)
  }

  var data: DataUse {
    DataUse(images: [.train, .seeds], labels: [.train, .seeds], masks: [.seeds])
  }

  func run(_ context: RunContext) throws {
    let source = try MapChoice(job, among: candidates, judge: trained.classifier).source(context)
    let classifier = try source.open(context.run)
    let ids = try context.seedIdentifiers()
    try context.folder("")
    try context.forEachImage(ids) { id in
      let file = context.directory.classMaps(of: id)
      defer { context.outputs.note(file) }
      guard !FileManager.default.fileExists(atPath: file) else { return }
      let sample = try context.dataset.sample(id, wantsMask: false)
      let maps = job.seeds.maps(
        sample.image, classes: sample.labels, of: classifier, seed: job.generatorSeed, id: id)
      guard maps.maps.isFinite else { throw RunError.scoresNotFinite(image: id) }
      try maps.write(to: file)
    }
    let others = trained.maps.map(\.name).filter { $0 != source.name }
    try MapAlarm.check(ids, of: classifier, others: others, context)
    let background = try choose(of: classifier, context)
    try label(ids, background, context)
    let curve = try judge(background, context)
    try PictureWriter(context).writeMaps(caption: source.caption)
    try PictureWriter(context).writeThreshold(background, truth: curve)
  }

  /// Chooses the background's threshold from the images and labels behind the seeds of `classifier`.
  private func choose(of classifier: any Classifier, _ context: RunContext) throws -> BackgroundChoice {
    let rule = job.seeds.background.component
    let network = job.seeds.network(
      classifier, classCount: context.dataset.classNames.count, seed: job.generatorSeed)
    let sample = try SeedSample(context, network)
    var choice = try sample.choice(rule)
    if !job.seeds.band.isEmpty {
      choice.band = choice.band(
        with: try job.seeds.band.map { try $0.component.choice(sample.all) })
    }
    try context.directory.write(choice)
    context.outputs.note(context.directory.seedBackground)
    try record(choice, rule, context)
    return choice
  }

  /// Stores and says what was chosen.
  private func record(_ choice: BackgroundChoice, _ rule: any BackgroundRule, _ context: RunContext) throws {
    let name = type(of: rule).name
    var figures = [("seeds.threshold", JSON(choice.threshold)), ("seeds.thresholdRule", .text(name))]
    if !choice.curve.isEmpty {
      figures += [
        ("seeds.thresholdCriterion", .text(choice.criterion)),
        ("seeds.refinementThreshold", JSON(choice.refinement)),
      ]
      context.reporter(
        .note(
          "background below \(choice.threshold) of a class map, chosen by \(name): " + choice.criterion))
    }
    if rule.per != .dataSet { figures.append(("seeds.thresholdPer", .text(rule.per.rawValue))) }
    if !choice.classes.isEmpty {
      let names = context.dataset.classNames
      let members = choice.classes.sorted { $0.key < $1.key }.map {
        JSON.Member(names[$0.key], JSON($0.value))
      }
      figures.append(("seeds.classThresholds", .object(members)))
    }
    if let band = choice.band {
      figures.append(("seeds.thresholdBand", [JSON(band.lowerBound), JSON(band.upperBound)]))
    }
    try context.record(figures)
  }

  /// Writes the labels of all maps at the chosen threshold.
  private func label(_ ids: [String], _ background: BackgroundChoice, _ context: RunContext) throws {
    try context.folder("labels")
    for id in ids {
      try context.checkInterrupt()
      let maps = try context.seedMaps(of: id, background)
      let path = context.directory.seedLabels(of: id)
      try maps.labels(maps.probabilities(background: background.threshold)).writePNG(to: path)
      context.outputs.note(path)
    }
    try context.directory.requireFiles(in: "seeds/labels", for: ids)
  }

  /// Scores the stored maps against the true masks of the judged split, over all background thresholds.
  ///
  /// - Returns: the mean intersection over union at each threshold; `nil` without true masks.
  private func judge(_ background: BackgroundChoice, _ context: RunContext) throws -> [ThresholdSweep.Point]?
  {
    var sweep = ThresholdSweep(classes: context.dataset.classCount)
    // The seeds as they are, where classes or images have thresholds of their own.
    var own = ThresholdSweep(classes: context.dataset.classCount, thresholds: [background.threshold])
    let isScaled = !background.classes.isEmpty || !background.images.isEmpty
    var count = 0
    for id in try context.dataset.identifiers(of: .seeds) {
      try context.checkInterrupt()
      guard let truth = try context.dataset.sample(id, wantsMask: true).mask else { continue }
      sweep.add(try ClassMaps(contentsOf: context.directory.classMaps(of: id)), truth: truth)
      if isScaled { own.add(try context.seedMaps(of: id, background), truth: truth) }
      count += 1
    }
    guard count > 0 else {
      context.reporter(.note("the data set has no masks, so seeds are not judged"))
      return nil
    }
    guard sweep.confusion(at: 0).total > 0 else {
      context.reporter(.warning("every mask is 255 (ignore) everywhere, so seeds are not judged"))
      return nil
    }
    let curve = sweep.curve
    let best = sweep.best
    let bestMatrix = sweep.confusion(at: sweep.bestIndex)
    let chosen = isScaled ? own.best : sweep.point(at: background.threshold)
    try context.record(
      "seeds.mIoU", 100 * best.meanIoU, .seeds, images: count,
      also: [
        ("seeds.bestThreshold", JSON(best.threshold)),
        ("seeds.bestThresholdChosenWith", "ground truth"),
        ("seeds.mIoUAtThreshold", JSON(100 * chosen.meanIoU)),
        ("seeds.thresholdGap", JSON(100 * (best.meanIoU - chosen.meanIoU))),
        ("seeds.precision", JSON(100 * bestMatrix.meanForegroundPrecision)),
        ("seeds.recall", JSON(100 * bestMatrix.meanForegroundRecall)),
        ("seeds.curve", .list(curve.map { JSON(100 * $0.meanIoU) })),
      ])
    return curve
  }
}

extension ThresholdSweep {
  /// Counts the maps of one image against its true mask.
  package mutating func add(_ maps: ClassMaps, truth: LabelMap) {
    add(maps: maps.maps, classes: maps.classes, truth: truth)
  }
}

extension RunContext {
  /// The stored maps of an image, scaled where classes or images have thresholds of their own.
  ///
  /// - Throws: `WeightFileError`.
  func seedMaps(of id: String, _ background: BackgroundChoice) throws -> ClassMaps {
    background.applied(to: try ClassMaps(contentsOf: directory.classMaps(of: id)), of: id)
  }

  /// The images that seeds are made for: those that are trained on, then further ones that are judged.
  ///
  /// Where no segmenter is trained on masks, the judged ones are enough.
  func seedIdentifiers() throws -> [String] {
    if job.segment.labels == .online { return try dataset.identifiers(of: .seeds) }
    let train = try dataset.identifiers(of: .train)
    let known = Set(train)
    return train + (try dataset.identifiers(of: .seeds)).filter { !known.contains($0) }
  }
}
