import Autograd
import Datasets
import Foundation
import Imaging
import Metrics
import Reporting
import WeakSupervision

/// Stage 3: fits the seeds to each photograph's outlines with the chain of refiners.
///
/// Leaves the most probable class of each pixel in `refined/<id>.png` and its probability, in steps of 1/255,
/// in `refined/confidence/<id>.png`.
struct RefineStage: Stage {
  func run(_ context: RunContext) throws {
    try context.directory.folder("refined/confidence")
    let ids = try context.seedIdentifiers()
    let refinement = SeedRefinement(context.configuration.refine)
    let network =
      refinement.asksClassifier
      ? try ClassificationNetwork.trained(
        context.directory, context.configuration, classes: context.dataset.classNames.count) : nil
    let scores = SeedScores(background: context.configuration.seeds.backgroundThreshold)
    try context.forEachImage(ids) { id -> SeedRefinement.Input? in
      guard !FileManager.default.fileExists(atPath: context.directory.file("refined/\(id).png")) else {
        return nil
      }
      let seeds = try SeedFile.read(context.directory.file("seeds/\(id).safetensors"))
      let image = try context.dataset.image(of: id)
      return SeedRefinement.Input(
        seeds: seeds, image: image, evidence: network.map { refinement.evidence(of: image, $0) } ?? [])
    } compute: { input in
      let refined = refinement(scores(input.seeds.maps), input)
      return (Self.confidence(refined), SeedScores.labels(refined, classes: input.seeds.classes))
    } store: { id, output in
      // The labels are written last, so that an interrupted image is made anew.
      try output.0.writePNG(to: context.directory.file("refined/confidence/\(id).png"))
      try output.1.writePNG(to: context.directory.file("refined/\(id).png"))
    }
    try judge(context)
    try PictureWriter(context).writeSeeds()
  }

  private static func confidence(_ scores: Tensor) -> LabelMap {
    LabelMap(
      width: scores.shape[1], height: scores.shape[0],
      ids: SeedScores.confidence(scores).map { UInt8(max(0, min(255, ($0 * 255).rounded()))) })
  }

  private func judge(_ context: RunContext) throws {
    var matrix = ConfusionMatrix(classes: context.dataset.classCount)
    var count = 0
    for id in try context.dataset.identifiers(of: .seeds) {
      guard let truth = try context.dataset.mask(of: id) else { continue }
      let path = context.directory.file("refined/\(id).png")
      try matrix.add(prediction: LabelMap(contentsOf: path), truth: truth, name: path, truthName: id)
      count += 1
    }
    guard count > 0 else { return }
    try context.record("pseudoMasks.mIoU", 100 * matrix.meanIoU, .seeds, images: count)
  }
}
