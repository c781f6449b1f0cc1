import Autograd
import Datasets
import Imaging
import Metrics
public import WeakSupervision

/// Scores a classifier on the held-out images.
public struct ClassifierScorer {
  private let classifier: any Classifier
  private let context: RunContext
  /// The side in pixels to which images are resized; 0 keeps their size.
  private let evaluationSize: Int

  /// A scorer of `classifier` on images resized to a square of `evaluationSize` pixels, or of their own size
  /// for 0.
  public init(_ classifier: any Classifier, context: RunContext, evaluationSize: Int) {
    self.classifier = classifier
    self.context = context
    self.evaluationSize = evaluationSize
  }

  /// The mean average precision over the classes that occur, in percent; `nil` if none does.
  ///
  /// - Throws: `DatasetError` for an unreadable image, `RunError.interrupted`, `.scoresNotFinite`.
  public func meanAveragePrecision() throws -> Double? {
    let dataset = context.dataset
    var scores: [[Float]] = []
    var labels: [[Bool]] = []
    for id in try dataset.identifiers(of: .val) {
      try context.checkInterrupt()
      let sample = try dataset.sample(id, wantsMask: false)
      let input = sample.image.squared(evaluationSize).networkInput(multipleOf: classifier.inputMultiple)
      let logits = classifier.logits(classifier.features(input))
      guard logits.isFinite else { throw RunError.scoresNotFinite(image: id) }
      scores.append(logits.scalars)
      labels.append(dataset.classNames.indices.map { sample.labels.contains($0) })
    }
    return Metrics.meanAveragePrecision(scores: scores, labels: labels).map { 100 * $0 }
  }
}
