import Datasets
import Imaging
import Metrics
import Reporting

/// Stage 6: scores the best segmenter on the held-out images, three ways side by side.
struct EvaluateStage: Stage {
  func run(_ context: RunContext) throws {
    let network = SegmentationNetwork(context.configuration, classes: context.dataset.classCount)
    try Checkpoint.loadWeights(context.directory.file("segment/best.safetensors"), into: network.store)
    let predictor = Predictor(network: network, baseSize: context.configuration.evaluate.baseSize)
    let folder = try context.directory.folder("evaluate/predictions")
    let matrices = try SegmentationScorer(predictor: predictor, context: context).score(variants: SegmentationScorer.Variant.allCases) { sample, labels in
      try labels[.singleScale]?.writePNG(to: "\(folder)/\(sample.id).png")
    }
    for variant in SegmentationScorer.Variant.allCases {
      guard let matrix = matrices[variant] else { continue }
      try context.record(matrix, variant: variant)
    }
    try PictureWriter(context).writeHeldOut()
  }
}
