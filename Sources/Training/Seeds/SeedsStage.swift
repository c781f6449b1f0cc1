import Autograd
import Configuration
import Datasets
import Files
import Foundation
package import Imaging
package import Metrics
import Reporting
package import WeakSupervision

/// Class maps of every training image, judged over all background thresholds.
struct SeedsStage: Stage {
  static let name = "seeds"

  private let job: any JobOptions
  private let source: MapSource

  /// The stage that makes the maps of `source`.
  init(_ job: any JobOptions, _ source: MapSource) {
    self.job = job
    self.source = source
  }

  var name: String { Self.name }
  var inputs: [String] { [source.stage] }
  var options: [any Encodable] {
    [job.seeds, source.name, job.segment.labels == .online ? "judged images" : ""] + source.options
  }

  func run(_ context: RunContext) throws {
    let classifier = try source.open(context.run)
    try context.folder("labels")
    try context.forEachImage(context.seedIdentifiers()) { id in
      let files = [context.directory.classMaps(of: id), context.directory.seedLabels(of: id)]
      defer { files.forEach(context.outputs.note) }
      guard !files.allSatisfy(FileManager.default.fileExists) else { return }
      let sample = try context.dataset.sample(id, wantsMask: false)
      let maps = job.seeds.maps(
        sample.image, classes: sample.labels, of: classifier, seed: job.generatorSeed, id: id)
      guard maps.maps.isFinite else { throw RunError.scoresNotFinite(image: id) }
      try maps.write(to: files[0])
      try maps.labels(maps.probabilities(background: job.seeds.backgroundThreshold)).writePNG(to: files[1])
    }
    try context.directory.requireFiles(in: "seeds/labels", for: context.seedIdentifiers())
    try judge(context)
    try PictureWriter(context).writeMaps(caption: source.caption)
  }

  /// Scores the stored maps against the true masks of the judged split, over all background thresholds.
  private func judge(_ context: RunContext) throws {
    var sweep = ThresholdSweep(classes: context.dataset.classCount)
    var count = 0
    for id in try context.dataset.identifiers(of: .seeds) {
      try context.checkInterrupt()
      guard let truth = try context.dataset.sample(id, wantsMask: true).mask else { continue }
      sweep.add(try ClassMaps(contentsOf: context.directory.classMaps(of: id)), truth: truth)
      count += 1
    }
    guard count > 0 else {
      context.reporter(.note("the data set has no masks, so seeds are not judged"))
      return
    }
    guard sweep.confusion(at: 0).total > 0 else {
      context.reporter(.warning("every mask is 255 (ignore) everywhere, so seeds are not judged"))
      return
    }
    let curve = sweep.curve
    let best = sweep.best
    let bestMatrix = sweep.confusion(at: sweep.bestIndex)
    let atFixed = curve.last { $0.threshold <= job.seeds.backgroundThreshold + 1e-4 } ?? curve[0]
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

extension ThresholdSweep {
  /// Counts the maps of one image against its true mask.
  package mutating func add(_ maps: ClassMaps, truth: LabelMap) {
    add(maps: maps.maps, classes: maps.classes, truth: truth)
  }
}

extension RunContext {
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
