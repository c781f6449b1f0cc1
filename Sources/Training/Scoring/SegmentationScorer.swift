import Autograd
import Datasets
import Imaging
import Metrics

/// Scores a segmenter on the held-out images.
struct SegmentationScorer {
  let predictor: Predictor
  let context: RunContext

  /// The single-scale mIoU in percent, for choosing a checkpoint.
  ///
  /// - Throws: `DatasetError` for an unreadable image or mask, `RunError.interrupted` never.
  func meanIoU() throws -> Double {
    try score(predictor, variants: [.singleScale])[.singleScale]?.meanIoU ?? 0
  }

  /// The ways of predicting that are scored side by side.
  enum Variant: String, CaseIterable {
    case singleScale, multiScaleFlip, refined
  }

  /// The confusion of every variant over all held-out images that have a mask.
  ///
  /// `each` is called with every image's labels of the last variant.
  func score(
    _ predictor: Predictor, variants: [Variant],
    each: (_ sample: Sample, _ labels: [Variant: LabelMap]) throws -> Void = { _, _ in }
  ) throws -> [Variant: ConfusionMatrix] {
    let section = context.configuration.evaluate
    let refiners = Refinement(section.refine)
    var matrices: [Variant: ConfusionMatrix] = [:]
    let ids = try context.dataset.identifiers(of: .val)
    for (index, id) in ids.enumerated() {
      try context.checkInterrupt()
      let sample = try context.dataset.sample(id, wantsMask: true)
      var labels: [Variant: LabelMap] = [:]
      var probabilities: Tensor?
      for variant in variants {
        switch variant {
        case .singleScale:
          labels[variant] = LabelMap(probabilities: predictor.probabilities(sample.image))
        case .multiScaleFlip:
          let merged = predictor.probabilities(sample.image, scales: section.scales, flip: section.flip)
          probabilities = merged
          labels[variant] = LabelMap(probabilities: merged)
        case .refined:
          guard let probabilities else { continue }
          labels[variant] = LabelMap(probabilities: refiners(probabilities, sample.image))
        }
      }
      if let truth = sample.mask {
        for (variant, prediction) in labels {
          matrices[variant, default: ConfusionMatrix(classes: context.dataset.classCount)]
            .add(prediction: prediction, truth: truth)
        }
      }
      try each(sample, labels)
      context.progress(index + 1, of: ids.count)
    }
    return matrices
  }
}
