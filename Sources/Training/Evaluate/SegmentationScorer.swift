import Autograd
import Configuration
package import Datasets
public import Imaging
import Metrics
import WeakSupervision

/// Scores a segmenter on the held-out images.
public struct SegmentationScorer {
  /// The ways of predicting that are scored side by side.
  public enum Variant: String, CaseIterable, Sendable {
    case singleScale, multiScaleFlip, refined
  }

  /// The label maps of one image by variant.
  public typealias Labels = [Variant: LabelMap]

  private let predictor: Predictor
  private let context: RunContext

  /// A scorer of what `predictor` says of the held-out images.
  public init(_ predictor: Predictor, _ context: RunContext) {
    self.predictor = predictor
    self.context = context
  }

  /// The single-scale mean IoU in percent, for choosing a checkpoint, and the number of held-out images with
  /// a mask; `nil` if none has one.
  ///
  /// - Throws: `DatasetError` or `ScoreError` for an unusable image or mask, `RunError.interrupted`.
  public func meanIoU() throws -> (figure: Double, images: Int)? {
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
  package func scores(each: (_ sample: Sample, _ labels: Labels) throws -> Void = { _, _ in }) throws
    -> VariantScores
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
  private func labels(_ image: Image) -> Labels {
    let options = context.job.evaluate
    let merged = predictor.probabilities(image, scales: options.scales, flip: options.flip)
    let refined = options.refine.map(\.component).refine(merged, image: image)
    return [
      .singleScale: LabelMap(probabilities: predictor.probabilities(image)),
      .multiScaleFlip: LabelMap(probabilities: merged),
      .refined: LabelMap(probabilities: refined),
    ]
  }
}
