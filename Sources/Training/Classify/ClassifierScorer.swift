import Autograd
import Datasets
import Imaging
import Metrics
import NeuralNetwork

/// Scores a classifier on the held-out images.
struct ClassifierScorer {
  let network: ClassificationNetwork
  let context: RunContext

  /// The mean average precision over the classes that occur, in percent.
  ///
  /// - Throws: `DatasetError` for an unreadable image.
  func meanAveragePrecision() throws -> Double {
    let dataset = context.dataset
    var scores: [[Float]] = []
    var labels: [[Bool]] = []
    for id in try dataset.identifiers(of: .val) {
      try context.checkInterrupt()
      let sample = try dataset.sample(id, wantsMask: false)
      scores.append(network.logits(input(sample.image), .inference).scalars)
      labels.append(dataset.classNames.indices.map { sample.labels.contains($0) })
    }
    return 100 * (Metrics.meanAveragePrecision(scores: scores, labels: labels) ?? 0)
  }

  /// The image at the evaluation size, or padded to a legal size of its own, `[1, height, width, 3]`.
  private func input(_ image: Image) -> Tensor {
    let side = context.configuration.classify.evaluationSize
    let scaled = side > 0 ? image.resized(width: side, height: side, .bilinear) : image
    return scaled.networkInput(multipleOf: network.inputMultiple)
  }
}
