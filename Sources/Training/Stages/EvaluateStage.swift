import Datasets
import Imaging
import Metrics
import Reporting

/// Stage 6: scores the best segmenter on the held-out images, three ways side by side.
///
/// Leaves the single-scale prediction of each image in `evaluate/predictions`.
struct EvaluateStage: Stage {
  func run(_ context: RunContext) throws {
    let network = SegmentationNetwork(context.configuration, classes: context.dataset.classCount)
    try Checkpoint.loadWeights(context.directory.file("segment/best.safetensors"), into: network.store)
    let predictor = Predictor(network: network, baseSize: context.configuration.evaluate.baseSize)
    let scorer = SegmentationScorer(predictor: predictor, context: context)
    let folder = try context.directory.folder("evaluate/predictions")
    let empty = ConfusionMatrix(classes: context.dataset.classCount)
    var matrices = Dictionary(uniqueKeysWithValues: SegmentationScorer.Variant.allCases.map { ($0, empty) })
    var images = 0
    try context.forEachImage(context.dataset.identifiers(of: .val)) { id in
      let sample = try context.dataset.sample(id, wantsMask: true)
      let labels = scorer.labels(sample.image)
      try labels[.singleScale]?.writePNG(to: "\(folder)/\(id).png")
      guard let truth = sample.mask else { return }
      images += 1
      for (variant, prediction) in labels {
        try matrices[variant]?.add(prediction: prediction, truth: truth, name: id, truthName: id)
      }
    }
    if images > 0 { try record(matrices, images, context) }
  }

  private func record(
    _ matrices: [SegmentationScorer.Variant: ConfusionMatrix], _ images: Int, _ context: RunContext
  ) throws {
    let classes = ["background"] + context.dataset.classNames
    var columns: [ClassTable.Column] = []
    for variant in SegmentationScorer.Variant.allCases {
      guard let matrix = matrices[variant] else { continue }
      let perClass = matrix.perClassIoU.map { $0.map { 100 * $0 } }
      let key = "segmentation.val" + (variant == .singleScale ? "" : ".variants.\(variant.rawValue)")
      let figures: [(String, JSON)] = [
        ("mIoU", JSON(100 * matrix.meanIoU)), ("perClassIoU", Self.object(classes, perClass)),
        ("pixelAccuracy", JSON(100 * matrix.pixelAccuracy)),
        ("split", .text(context.dataset.name(of: .val))), ("images", JSON(images)),
      ]
      try context.record(figures.map { ("\(key).\($0.0)", $0.1) })
      if variant == .singleScale {
        try context.record(figures.map { ("\(key).variants.singleScale.\($0.0)", $0.1) })
      }
      context.reporter(
        .metric(
          Metric("\(key).mIoU", 100 * matrix.meanIoU, split: context.dataset.name(of: .val), images: images)))
      columns.append(ClassTable.Column(variant.rawValue, perClass, mean: 100 * matrix.meanIoU))
    }
    context.reporter(
      .classTable(ClassTable("IoU on \(context.dataset.name(of: .val))", classes: classes, columns: columns)))
  }

  private static func object(_ names: [String], _ values: [Double?]) -> JSON {
    var object: JSON = .object([])
    for (name, value) in zip(names, values) { object[name] = JSON(value) }
    return object
  }
}
