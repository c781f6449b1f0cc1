import Autograd
import Datasets
import Imaging
import Metrics
import Models
import NeuralNetwork
import Training
import WeakSupervision

/// Scores the parts of a token contrast network on the held-out images.
struct ContrastScorer {
  /// What was measured, in percent.
  struct Scores {
    /// The mean average precision of the classifier over the classes that occur; `nil` if none does.
    let averagePrecision: Double?
    /// The mean IoU of the last block's maps at their best background threshold.
    let finalMaps: Double
    /// The same of the intermediate block's maps.
    let auxiliaryMaps: Double
    /// The number of images with a mask.
    let images: Int
  }

  private let network: ContrastNetwork
  private let context: RunContext
  /// The side in pixels to which images are resized; 0 keeps their size.
  private let evaluationSize: Int

  init(_ network: ContrastNetwork, _ context: RunContext, evaluationSize: Int) {
    self.network = network
    self.context = context
    self.evaluationSize = evaluationSize
  }

  /// The scores of both classifiers, from maps at one scale and of the mirror image.
  ///
  /// - Throws: `DatasetError` for an unreadable image, `RunError.interrupted`, `.scoresNotFinite`.
  func scores() throws -> Scores {
    let dataset = context.dataset
    var sweeps = (
      final: ThresholdSweep(classes: dataset.classCount),
      auxiliary: ThresholdSweep(classes: dataset.classCount)
    )
    var (scores, labels, images): ([[Float]], [[Bool]], Int) = ([], [], 0)
    for id in try dataset.identifiers(of: .val) {
      try context.checkInterrupt()
      let sample = try dataset.sample(id, wantsMask: true)
      let (logits, maps) = judged(sample)
      guard maps.isFinite, logits.allSatisfy(\.isFinite) else { throw RunError.scoresNotFinite(image: id) }
      scores.append(logits)
      labels.append(dataset.classNames.indices.map { sample.labels.contains($0) })
      guard let truth = sample.mask, !sample.labels.isEmpty else { continue }
      images += 1
      let count = sample.labels.count
      sweeps.final.add(maps: maps.slice(axis: 2, 0..<count), classes: sample.labels, truth: truth)
      sweeps.auxiliary.add(
        maps: maps.slice(axis: 2, count..<2 * count), classes: sample.labels, truth: truth)
    }
    // Masks that are ignored everywhere judge nothing.
    if sweeps.final.confusion(at: 0).total == 0 { images = 0 }
    return Scores(
      averagePrecision: meanAveragePrecision(scores: scores, labels: labels).map { 100 * $0 },
      finalMaps: images > 0 ? 100 * sweeps.final.best.meanIoU : 0,
      auxiliaryMaps: images > 0 ? 100 * sweeps.auxiliary.best.meanIoU : 0, images: images)
  }

  /// The classifier's scores of an image, and both classifiers' maps of the classes that it holds,
  /// `[height, width, 2 · classes]`, the last block's first.
  private func judged(_ sample: Sample) -> (logits: [Float], maps: Tensor) {
    let image = sample.image
    let scaled = image.squared(evaluationSize)
    let input = scaled.networkInput(multipleOf: network.backbone.inputMultiple)
    let views = Tensor.concatenated([input, input.flipped(axis: 2)], axis: 0)
    let features = network.backbone(views, .inference)
    let logits = network.classifier.logits(features.last.slice(axis: 0, 0..<1), .inference).scalars
    let classCount = context.dataset.classNames.count
    let channels = sample.labels + sample.labels.map { $0 + classCount }
    guard !channels.isEmpty else { return (logits, .zeros([image.height, image.width, 0])) }
    let scores = network.scores(features).gathered(channels, axis: 3)
      .resized(height: input.shape[1], width: input.shape[2], .bilinear)
    let merged = FlipMerge.maximum.merged(
      scores.slice(axis: 0, 0..<1), scores.slice(axis: 0, 1..<2).flipped(axis: 2))
    let maps = merged.slice(axis: 1, 0..<scaled.height).slice(axis: 2, 0..<scaled.width)
      .resized(height: image.height, width: image.width, .bilinear)
    return (logits, MapNormalization.minmax(maps.reshaped(to: [image.height, image.width, channels.count])))
  }
}
