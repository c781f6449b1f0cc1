import Autograd
import Configuration
import Datasets
import Imaging
import Metrics
import WeakSupervision

/// Scores a segmenter on the held-out images.
struct SegmentationScorer {
  /// The ways of predicting that are scored side by side.
  enum Variant: String, CaseIterable {
    case singleScale, multiScaleFlip, refined
  }

  /// The label maps of one image by variant.
  typealias Labels = [Variant: LabelMap]

  let predictor: Predictor
  let context: RunContext

  /// The single-scale mean IoU in percent, for choosing a checkpoint, and the number of held-out images with
  /// a mask; `nil` if none has one.
  ///
  /// - Throws: `DatasetError` or `ScoreError` for an unusable image or mask, `RunError.interrupted`.
  func meanIoU() throws -> (figure: Double, images: Int)? {
    var images = 0
    var matrix = ConfusionMatrix(classes: context.dataset.classCount)
    for id in try context.dataset.identifiers(of: .val) {
      try context.checkInterrupt()
      let sample = try context.dataset.sample(id, wantsMask: true)
      guard let truth = sample.mask else { continue }
      let labels = LabelMap(probabilities: predictor.probabilities(sample.image))
      try matrix.add(prediction: labels, truth: truth, name: id, truthName: id)
      images += 1
    }
    return matrix.total > 0 ? (100 * matrix.meanIoU, images) : nil
  }

  /// The scores of all variants over the held-out images; `each` sees every image's label maps.
  ///
  /// - Throws: as `meanIoU()`, and what `each` throws.
  func scores(each: (_ sample: Sample, _ labels: Labels) throws -> Void = { _, _ in }) throws -> VariantScores
  {
    var scores = VariantScores(classes: context.dataset.classCount)
    try context.forEachImage(context.dataset.identifiers(of: .val)) { id in
      let sample = try context.dataset.sample(id, wantsMask: true)
      let labels = labels(sample.image)
      try each(sample, labels)
      try scores.add(labels, sample)
    }
    return scores
  }

  /// The label maps of one image, one for each variant.
  func labels(_ image: Image) -> Labels {
    let section = context.configuration.evaluate
    let merged = predictor.probabilities(image, scales: section.scales, flip: section.flip)
    let refiners: [any Refiner] = section.refine.map { $0.resolved() }
    let refined = refiners.refine(merged, image: image)
    return [
      .singleScale: LabelMap(probabilities: predictor.probabilities(image)),
      .multiScaleFlip: LabelMap(probabilities: merged),
      .refined: LabelMap(probabilities: refined),
    ]
  }
}
