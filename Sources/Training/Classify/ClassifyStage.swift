import Autograd
import Configuration
import Datasets
import NeuralNetwork
import Reporting

/// Trains the multi-label classifier on image labels; no mask is read.
struct ClassifyStage: Stage {
  static let name = "classify"

  private let job: any JobOptions
  private let method: ClassActivationMapping

  init(_ job: any JobOptions, _ method: ClassActivationMapping) {
    self.job = job
    self.method = method
  }

  var name: String { Self.name }
  var inputs: [String] { [] }
  var options: [any Encodable] { [job.data, job.model, method] }
  var data: DataUse { .labeledImages([.train, .val], weights: true) }

  func run(_ context: RunContext) throws {
    let network = ClassificationNetwork(
      job, classes: context.dataset.classNames.count, pooling: method.pooling, on: method.stages.last,
      others: method.stages.dropLast())
    try network.store.startBackbone(from: job.model, telling: context.reporter)
    let loop = TrainingLoop(network.store, method, context)
    let loader = try BatchLoader(context, method)
    let scorer = ClassifierScorer(
      network.classifier, context: context, evaluationSize: method.evaluationSize)
    let figure = try loop.run({ loader.batches($0) }) { batch, pass in
      let losses = network.logits(batch.images, pass).map {
        multiLabelSoftMargin(logits: $0, labels: batch.labels)
      }
      let sum = losses.dropFirst().reduce(losses[0]) { $0 + $1 }
      return [LossTerm("classification", losses.count == 1 ? sum : sum / Float(losses.count))]
    } validate: {
      try scorer.meanAveragePrecision()
    }
    guard let figure else {
      context.reporter(.note("no held-out image shows a class, so the classifier is not judged"))
      return
    }
    try context.record(
      "classifier.mAP", figure, .val, images: context.dataset.identifiers(of: .val).count)
  }
}
