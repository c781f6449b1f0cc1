import Datasets
import Files
import Metrics
import Reporting

/// The confusion of every way of predicting, over the same held-out images.
struct VariantScores {
  private(set) var matrices: [SegmentationScorer.Variant: ConfusionMatrix]
  /// The number of images with a mask.
  private(set) var images = 0

  init(classes: Int) {
    let empty = ConfusionMatrix(classes: classes)
    matrices = Dictionary(uniqueKeysWithValues: SegmentationScorer.Variant.allCases.map { ($0, empty) })
  }

  /// Counts the predictions of one image.
  ///
  /// - Throws: `ScoreError` if the truth has another size or an id that is no class.
  mutating func add(_ labels: SegmentationScorer.Labels, _ sample: Sample) throws(ScoreError) {
    guard let truth = sample.mask else { return }
    images += 1
    for (variant, prediction) in labels {
      try matrices[variant]?.add(
        prediction: prediction, truth: truth, name: sample.id, truthName: sample.id)
    }
  }

  /// The figures of one variant, in percent.
  func figures(_ variant: SegmentationScorer.Variant, classes: [String]) -> [(String, JSON)] {
    guard let matrix = matrices[variant] else { return [] }
    var perClass: JSON = .object([])
    for (name, value) in zip(classes, matrix.perClassIoU) { perClass[name] = JSON(value.map { 100 * $0 }) }
    return [
      ("mIoU", JSON(100 * matrix.meanIoU)), ("perClassIoU", perClass),
      ("pixelAccuracy", JSON(100 * matrix.pixelAccuracy)),
    ]
  }

  /// The mean IoU of one variant, in percent.
  func meanIoU(_ variant: SegmentationScorer.Variant) -> Double {
    100 * (matrices[variant]?.meanIoU ?? 0)
  }

  /// All variants side by side, a row for each class.
  func table(title: String, classes: [String]) -> ClassTable {
    let columns = SegmentationScorer.Variant.allCases.map { variant in
      ClassTable.Column(
        variant.rawValue, matrices[variant]?.perClassIoU.map { $0.map { 100 * $0 } } ?? [],
        mean: meanIoU(variant))
    }
    return ClassTable(title, classes: classes, columns: columns)
  }
}
