import Autograd
import Configuration
import Datasets
import Files
import Models
import NeuralNetwork
import Reporting
import Training

/// Raises the recall of the class maps with offsets that raise the classification loss.
struct ExpandStage: Stage {
  static let name = "expand"

  private let job: any JobOptions
  private let method: ExpansionShrinkage
  private let classifier: MapSource

  init(_ job: any JobOptions, _ method: ExpansionShrinkage, behind classifier: MapSource) {
    self.job = job
    self.method = method
    self.classifier = classifier
  }

  var name: String { Self.name }
  var inputs: [String] { [classifier.stage] }
  var options: [any Encodable] { [method.expand, job.seeds.atOneScale] }

  func run(_ context: RunContext) throws {
    let options = method.expand
    let network = ExpansionNetwork(job, method, classes: context.dataset.classNames.count)
    try network.startFromClassifier(context.directory.bestWeights(of: classifier.stage))
    if options.detach == .figure { network.freezeAsInTheFigure() }
    let scorer = try ExpansionScorer(network, .expanded, behind: classifier, context, options.judgedImages)
    let bound = options.runawayFactor * (try scorer.finiteLoss())
    var loop = TrainingLoop(network.store, options, context)
    loop.keepsNewest = true
    try loop.keepStart()
    let loader = try BatchLoader(context, options)
    do {
      _ = try loop.run({ loader.batches($0) }) { batch, pass in
        // What is fixed stays as it is, its norms' statistics included.
        let features = network.features(batch.images, options.detach == .figure ? .inference : pass)
        let offsets = network.expansionOffsets(features, pass).reversingGradient(scale: options.reversal)
        let map = network.expanded(features, offsets: offsets, pass)
        let logits = network.head.logits(map, pass)
        return [LossTerm("classification", multiLabelSoftMargin(logits: logits, labels: batch.labels))]
      } validate: {
        let loss = try scorer.loss()
        guard loss <= bound else { throw Runaway(loss: loss, bound: bound) }
        return try scorer.report()
      }
    } catch let runaway as Runaway {
      context.reporter(.warning(runaway.description))
      try context.record([("expansion.stoppedByGuard", .bool(true))])
    }
    try scorer.record()
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
