import Autograd
import Configuration
package import Datasets
package import Files
public import Imaging
package import Metrics
package import Reporting
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
  /// - Throws: `DatasetError` or `ScoreError` for an unusable image or mask, `RunError.interrupted`,
  ///   `.scoresNotFinite`, `.notEnoughMemory`.
  public func meanIoU() throws -> (figure: Double, images: Int)? {
    var images = 0
    var matrix = ConfusionMatrix(classes: context.dataset.classCount)
    for id in try context.dataset.identifiers(of: .val) {
      try context.checkInterrupt()
      let sample = try context.dataset.sample(id, wantsMask: true)
      guard let truth = sample.mask else { continue }
      let labels = try predictor.labels(sample.image, named: id)
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
      let labels = try labels(sample.image, named: id)
      try each(sample, labels)
      try scores.add(labels, sample)
    }
    return scores
  }

  /// The label maps of one image, one for each variant.
  private func labels(_ image: Image, named name: String) throws(RunError) -> Labels {
    let options = context.job.evaluate
    let single = try predictor.labels(image, named: name)
    guard !options.refine.isEmpty else {
      let merged = try predictor.labels(image, named: name, scales: options.scales, flip: options.flip)
      return [.singleScale: single, .multiScaleFlip: merged, .refined: merged]
    }
    let merged = try predictor.probabilities(
      image, named: name, scales: options.scales, flip: options.flip)
    let refined = options.refine.map(\.component).refine(merged, image: image)
    return [
      .singleScale: single, .multiScaleFlip: LabelMap(probabilities: merged),
      .refined: LabelMap(probabilities: refined),
    ]
  }
}

/// The confusion of every way of predicting, over the same held-out images.
package struct VariantScores {
  package private(set) var matrices: [SegmentationScorer.Variant: ConfusionMatrix]
  /// The number of images with a mask.
  package private(set) var images = 0

  package init(classes: Int) {
    let empty = ConfusionMatrix(classes: classes)
    matrices = Dictionary(uniqueKeysWithValues: SegmentationScorer.Variant.allCases.map { ($0, empty) })
  }

  /// Counts the predictions of one image.
  ///
  /// - Throws: `ScoreError` if the truth has another size or an id that is no class.
  package mutating func add(_ labels: SegmentationScorer.Labels, _ sample: Sample) throws(ScoreError) {
    guard let truth = sample.mask else { return }
    images += 1
    for (variant, prediction) in labels {
      try matrices[variant]?.add(
        prediction: prediction, truth: truth, name: sample.id, truthName: sample.id)
    }
  }

  /// Whether the truth of any pixel is known.
  package var isJudged: Bool { matrices.values.contains { $0.total > 0 } }

  /// Refuses scores of masks that are ignored everywhere; `split` is what the error names.
  ///
  /// - Throws: `ScoreError.nothingCounted`.
  package func requireJudged(_ split: String) throws(ScoreError) {
    guard isJudged else { throw .nothingCounted(folder: split) }
  }

  /// The figures of one variant, in percent.
  package func figures(_ variant: SegmentationScorer.Variant, classes: [String]) -> [(String, JSON)] {
    guard let matrix = matrices[variant] else { return [] }
    var perClass: JSON = .object([])
    for (name, value) in zip(classes, matrix.perClassIoU) { perClass[name] = JSON(value.map { 100 * $0 }) }
    return [
      ("mIoU", JSON(100 * matrix.meanIoU)), ("perClassIoU", perClass),
      ("pixelAccuracy", JSON(100 * matrix.pixelAccuracy)),
    ]
  }

  /// The mean IoU of one variant, in percent.
  package func meanIoU(_ variant: SegmentationScorer.Variant) -> Double {
    100 * (matrices[variant]?.meanIoU ?? 0)
  }

  /// All variants side by side, a row for each class.
  package func table(title: String, classes: [String]) -> ClassTable {
    let columns = SegmentationScorer.Variant.allCases.map { variant in
      ClassTable.Column(
        variant.rawValue, matrices[variant]?.perClassIoU.map { $0.map { 100 * $0 } } ?? [],
        mean: meanIoU(variant))
    }
    return ClassTable(title, classes: classes, columns: columns)
  }
}
