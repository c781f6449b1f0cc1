import Autograd
import Configuration
import Datasets
import Foundation
import Imaging
import Metrics
import Reporting
import WeakSupervision

/// Fits the seeds to each photograph's outlines with the chain of refiners.
///
/// Leaves the most probable class of each pixel in `labels/<id>.png` and its probability, in steps of 1/255,
/// in `confidence/<id>.png`.
struct RefineStage: Stage {
  static let name = "refine"

  /// What refining one image takes.
  private struct Input: Sendable {
    let maps: ClassMaps
    let image: Image
    let evidence: [Tensor?]
  }

  private let job: any JobOptions
  private let chain: RefinerChain
  /// The network that refiners may ask.
  private let classifier: MapSource

  init(_ job: any JobOptions, _ classifier: MapSource) {
    self.job = job
    self.classifier = classifier
    chain = RefinerChain(job.refine.map(\.component))
  }

  var name: String { Self.name }
  var inputs: [String] {
    (chain.asksClassifier || job.refineStrengths.count > 1 ? [classifier.stage] : []) + [SeedsStage.name]
  }
  var options: [any Encodable] { job.refine + [job.refineStrengths, job.seeds.temperature] }
  var data: DataUse { DataUse(images: [.train, .seeds], masks: [.seeds]) }

  func run(_ context: RunContext) throws {
    for folder in ["labels", "confidence"] { try context.folder(folder) }
    let directory = context.directory
    let background = try directory.background()
    let full = RefinerChain(chain.refiners.map { $0.with(background) })
    let chain = full.atStrength(
      try StrengthChoice(job, of: full, judge: classifier).strength(context, background))
    let classifier = chain.asksClassifier ? try classifier.open(context.run) : nil
    let seeds = job.seeds
    try context.forEachImage(context.seedIdentifiers()) { id -> Input? in
      let files = [directory.refinedConfidence(of: id), directory.refinedLabels(of: id)]
      if files.allSatisfy(FileManager.default.fileExists) {
        files.forEach(context.outputs.note)
        return nil
      }
      let maps = try context.seedMaps(of: id, background)
      let image = try context.dataset.image(of: id)
      return Input(
        maps: maps, image: image, evidence: classifier.map { chain.evidence(of: image, $0) } ?? [])
    } compute: { input in
      let scores = seeds.probabilities(input.maps, background)
      return RefinedPixels(chain(scores, image: input.image, evidence: input.evidence), of: input.maps)
    } store: { id, refined in
      try refined.confidence.writePNG(to: directory.refinedConfidence(of: id))
      try refined.labels.writePNG(to: directory.refinedLabels(of: id))
      context.outputs.note(directory.refinedConfidence(of: id))
      context.outputs.note(directory.refinedLabels(of: id))
    }
    for folder in ["labels", "confidence"] {
      try directory.requireFiles(in: "refine/\(folder)", for: context.seedIdentifiers())
    }
    try judge(context)
    try PictureWriter(context).writeSeeds()
  }

  private func judge(_ context: RunContext) throws {
    var matrix = ConfusionMatrix(classes: context.dataset.classCount)
    var count = 0
    for id in try context.dataset.identifiers(of: .seeds) {
      guard let truth = try context.dataset.mask(of: id) else { continue }
      let path = context.directory.refinedLabels(of: id)
      try matrix.add(prediction: LabelMap(contentsOf: path), truth: truth, name: path, truthName: id)
      count += 1
    }
    guard matrix.total > 0 else { return }
    try context.record("pseudoMasks.mIoU", 100 * matrix.meanIoU, .seeds, images: count)
  }
}
