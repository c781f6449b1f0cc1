import Autograd
import Configuration
import Datasets
import NeuralNetwork

/// Stage 1: trains the multi-label classifier on image labels; no mask is read.
struct ClassifyStage: Stage {
  func run(_ context: RunContext) throws {
    let configuration = context.configuration
    let section = configuration.classify
    let network = ClassificationNetwork(configuration, classes: context.dataset.classNames.count)
    if configuration.model.weights != "none" {
      try network.store.loadBackbone(from: configuration.model.weights)
    }
    let loop = TrainingLoop(network.store, section, context)
    let loader = try BatchLoader(context, section)
    let scorer = ClassifierScorer(network: network, context: context)
    let figure = try loop.run({ loader.batches($0) }) { batch, pass in
      let logits = network.logits(batch.images, pass)
      return [LossTerm("classification", multiLabelSoftMargin(logits: logits, labels: batch.labels))]
    } validate: {
      try scorer.meanAveragePrecision()
    }
    try context.record(
      "classifier.mAP", figure, .val, images: context.dataset.identifiers(of: .val).count)
  }
}
