import Autograd
import Configuration
import Datasets
import Models
import NeuralNetwork
import Training

/// Trains both classifiers and what lies below them.
struct ToyStage: Stage {
  static let name = "toy"
  /// The name of the second classifier's parameters.
  static let second = "maximum"

  private let job: any JobOptions
  private let method: ToyMethod

  init(_ job: any JobOptions, _ method: ToyMethod) {
    self.job = job
    self.method = method
  }

  var name: String { Self.name }
  var inputs: [String] { [] }
  var options: [any Encodable] { [job.data, job.model, method] }

  func run(_ context: RunContext) throws {
    let classes = context.dataset.classNames.count
    let network = ClassificationNetwork(job, classes: classes, pooling: .average)
    let second = ClassificationHead(
      channels: network.backbone.output.channels, classes: classes, pooling: .maximum,
      in: network.store.root[Self.second])
    try network.store.startBackbone(from: job.model)
    let loop = TrainingLoop(network.store, method, context)
    let loader = try BatchLoader(context, method)
    let scorer = ClassifierScorer(
      network.classifier, context: context, evaluationSize: method.evaluationSize)
    let figure = try loop.run({ loader.batches($0) }) { batch, pass in
      let map = network.backbone(batch.images, pass).last
      let (mean, maximum) = (network.head.logits(map, pass), second.logits(map, pass))
      return [
        LossTerm("mean", multiLabelSoftMargin(logits: mean, labels: batch.labels)),
        LossTerm("maximum", multiLabelSoftMargin(logits: maximum, labels: batch.labels)),
        LossTerm(
          "agreement", (mean.sigmoid() - maximum.sigmoid()).squared().mean(), factor: method.agreement),
      ]
    } validate: {
      try scorer.meanAveragePrecision()
    }
    guard let figure else { return }
    try context.record("toy.mAP", figure, .val, images: context.dataset.identifiers(of: .val).count)
  }
}
