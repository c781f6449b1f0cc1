import Autograd
import Configuration
import Datasets
import Models
import NeuralNetwork
import Training

/// Raises the precision of the expanded class maps, with the ordinary classification loss and the size of the
/// maps.
struct ShrinkStage: Stage {
  static let name = "shrink"

  private let job: any JobOptions
  private let method: ExpansionShrinkage
  private let classifier: MapSource

  init(_ job: any JobOptions, _ method: ExpansionShrinkage, behind classifier: MapSource) {
    self.job = job
    self.method = method
    self.classifier = classifier
  }

  var name: String { Self.name }
  var inputs: [String] { [classifier.stage, ExpandStage.name] }
  var options: [any Encodable] { [method.shrink, job.seeds.atOneScale] }
  var data: DataUse { DataUse(images: [.train, .seeds], labels: [.train, .seeds], masks: [.seeds]) }

  func run(_ context: RunContext) throws {
    let options = method.shrink
    let network = ExpansionNetwork(job, method, classes: context.dataset.classNames.count)
    // The file holds the first values of the shrinkage as well, perhaps by other options.
    let expanded = ["backbone.", "reduction.", "expansion.", "classifier."]
    try Checkpoint.loadWeights(
      context.directory.bestWeights(of: ExpandStage.name), into: network.store,
      parts: Dictionary(uniqueKeysWithValues: expanded.map { ($0, $0) }))
    network.startShrinkage()
    if method.expand.detach == .figure { network.freezeAsInTheFigure() }
    network.freezeExpansion()
    let scorer = try ExpansionScorer(
      network, .shrunk, behind: classifier, context, method.expand.judgedImages)
    var loop = TrainingLoop(network.store, options, context)
    loop.keepsNewest = true
    let loader = try BatchLoader(context, options)
    _ = try loop.run({ loader.batches($0) }) { batch, pass in
      let map = network.shrunk(batch.images, pass).map
      let logits = network.shrunkHead.logits(map, pass)
      let size = Self.area(network.shrunkHead.classMaps(map, pass), labels: batch.labels)
      return [
        LossTerm("classification", multiLabelSoftMargin(logits: logits, labels: batch.labels)),
        LossTerm("area", size, factor: options.area),
      ]
    } validate: {
      try scorer.report()
    }
    try scorer.record()
  }

  /// The mean of the rectified maps `[batch, height, width, classes]` over positions and present classes,
  /// each divided by its largest value: 1 for a map that is the same everywhere.
  static func area(_ maps: Tensor, labels: Tensor) -> Tensor {
    let maps = maps.relu()
    let shares = maps / (maps.maximum(axes: [1, 2], keepingAxes: true) + 1e-5)
    let present = max(labels.sum().scalar, 1)
    return (shares.mean(axes: [1, 2]) * labels).sum() * (1 / present)
  }
}
