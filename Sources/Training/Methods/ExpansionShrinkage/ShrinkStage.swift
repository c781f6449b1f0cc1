import Autograd
import Configuration
import Datasets
import Models
import NeuralNetwork

/// Stage `shrink`: raises the precision of the expanded class maps, with the ordinary classification loss and
/// the size of the maps.
struct ShrinkStage: Stage {
  func run(_ context: RunContext) throws {
    let configuration = context.configuration
    let section = configuration.shrink
    let network = ExpansionNetwork(configuration, classes: context.dataset.classNames.count)
    // The file holds the first values of the shrinkage as well, perhaps by other options.
    let expanded = ["backbone.", "reduction.", "expansion.", "classifier."]
    try Checkpoint.loadWeights(
      context.directory.file(StageName.expand.bestWeights), into: network.store,
      parts: Dictionary(uniqueKeysWithValues: expanded.map { ($0, $0) }))
    network.startShrinkage()
    if configuration.expand.detach == .figure { network.freezeAsInTheFigure() }
    network.freezeExpansion()
    let judge = try ExpansionJudge(network, .shrunk, context)
    var loop = TrainingLoop(network.store, section, context)
    loop.keepsNewest = true
    let loader = try BatchLoader(context, section)
    _ = try loop.run({ loader.batches($0) }) { batch, pass in
      let map = network.shrunk(batch.images, pass).map
      let logits = network.shrunkHead.logits(map, pass)
      let size = Self.area(network.shrunkHead.classMaps(map, pass), labels: batch.labels)
      return [
        LossTerm("classification", multiLabelSoftMargin(logits: logits, labels: batch.labels)),
        LossTerm("area", size, factor: section.area),
      ]
    } validate: {
      try judge.report()
    }
    try judge.record()
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
