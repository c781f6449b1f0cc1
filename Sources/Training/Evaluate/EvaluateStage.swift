import Datasets
import Files
import Imaging
import Reporting

/// Stage 6: scores the best segmenter on the held-out images, three ways side by side.
///
/// Leaves the single-scale prediction of each image in `evaluate/predictions`.
struct EvaluateStage: Stage {
  func run(_ context: RunContext) throws {
    let network = try SegmentationNetwork.trained(
      context.directory, context.configuration, classes: context.dataset.classCount)
    let predictor = Predictor(network, context.configuration)
    let folder = try context.directory.folder("evaluate/predictions")
    let scores = try SegmentationScorer(predictor: predictor, context: context).scores { sample, labels in
      try labels[.singleScale]?.writePNG(to: "\(folder)/\(sample.id).png")
    }
    if scores.images > 0 { try record(scores, context) }
    let pictures = PictureWriter(context)
    try pictures.writePredictions()
    try pictures.writeMethod()
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
