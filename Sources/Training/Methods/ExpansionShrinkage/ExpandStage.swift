import Autograd
import Configuration
import Datasets
import Files
import Models
import NeuralNetwork
import Reporting

/// Stage `expand`: raises the recall of the class maps with offsets that raise the classification loss.
struct ExpandStage: Stage {
  func run(_ context: RunContext) throws {
    let configuration = context.configuration
    let section = configuration.expand
    let network = ExpansionNetwork(configuration, classes: context.dataset.classNames.count)
    try network.startFromClassifier(context.directory.file(configuration.classifierStage.bestWeights))
    if section.detach == .figure { network.freezeAsInTheFigure() }
    let judge = try ExpansionJudge(network, .expanded, context)
    let bound = section.runawayFactor * (try judge.loss())
    var loop = TrainingLoop(network.store, section, context)
    loop.keepsNewest = true
    try loop.keepStart()
    let loader = try BatchLoader(context, section)
    do {
      _ = try loop.run({ loader.batches($0) }) { batch, pass in
        // What is fixed stays as it is, its norms' statistics included.
        let features = network.features(batch.images, section.detach == .figure ? .inference : pass)
        let offsets = network.expansionOffsets(features, pass).reversingGradient(scale: section.reversal)
        let map = network.expanded(features, offsets: offsets, pass)
        let logits = network.head.logits(map, pass)
        return [LossTerm("classification", multiLabelSoftMargin(logits: logits, labels: batch.labels))]
      } validate: {
        let loss = try judge.loss()
        guard loss <= bound else { throw Runaway(loss: loss, bound: bound) }
        return try judge.report()
      }
    } catch let runaway as Runaway {
      context.reporter(.warning(runaway.description))
      try context.record([("expansion.stoppedByGuard", .bool(true))])
    }
    try judge.record()
  }
}

/// The offsets won against the classifier: the maps no longer show the classes.
private struct Runaway: Error, CustomStringConvertible {
  let loss: Double
  let bound: Double

  var description: String {
    let (found, allowed) = (Formatting.significant(loss), Formatting.significant(bound))
    return """
      expand: the loss on the judged images is \(found), above \(allowed); the weights of the validation \
      before are kept; lower the offsets' learning rate (with sgd, expand.reversal does the same)
      """
  }
}
