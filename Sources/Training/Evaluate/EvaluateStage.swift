import Datasets
import Files
import Imaging
import Reporting

/// Scores the best segmenter on the held-out images, three ways side by side.
///
/// Leaves the single-scale prediction of each image in `predictions`.
struct EvaluateStage: Stage {
  static let name = "evaluate"

  private let job: any JobOptions
  private let trained: TrainedNetworks
  private let segmenter: SegmenterSource

  init(_ job: any JobOptions, _ trained: TrainedNetworks, _ segmenter: SegmenterSource) {
    self.job = job
    self.trained = trained
    self.segmenter = segmenter
  }

  var name: String { Self.name }
  var inputs: [String] { [segmenter.stage] }
  var options: [any Encodable] { [job.evaluate] }

  func run(_ context: RunContext) throws {
    let network = try SegmentationNetwork.trained(context.run, segmenter)
    try context.folder("predictions")
    let scorer = SegmentationScorer(Predictor(network, job.evaluate), context)
    let scores = try scorer.scores { sample, labels in
      let path = context.directory.prediction(of: sample.id)
      try labels[.singleScale]?.writePNG(to: path)
      context.outputs.note(path)
    }
    if scores.isJudged {
      try record(scores, context)
    } else if scores.images > 0 {
      context.reporter(.warning("every mask is 255 (ignore) everywhere, so the segmenter is not judged"))
    }
    try context.directory.requireFiles(
      in: "evaluate/predictions", for: context.dataset.identifiers(of: .val))
    let pictures = PictureWriter(context)
    try pictures.writePredictions()
    // A segmenter that learns from true masks needs none of the other networks.
    if job.segment.labels != .groundTruth { try pictures.writeMethod(trained) }
  }

  private func record(_ scores: VariantScores, _ context: RunContext) throws {
    let classes = ["background"] + context.dataset.classNames
    let split = context.dataset.name(of: .val)
    let origin: [(String, JSON)] = [("split", .text(split)), ("images", JSON(scores.images))]
    let main = scores.figures(.singleScale, classes: classes) + origin
    try context.record(main.map { ("segmentation.val.\($0.0)", $0.1) })
    for variant in SegmentationScorer.Variant.allCases {
      let key = "segmentation.val.variants.\(variant.rawValue)"
      try context.record(
        (scores.figures(variant, classes: classes) + origin).map { ("\(key).\($0.0)", $0.1) })
      context.reporter(
        .metric(Metric("\(key).mIoU", scores.meanIoU(variant), split: split, images: scores.images)))
    }
    context.reporter(.classTable(scores.table(title: "IoU on \(split)", classes: classes)))
  }
}
