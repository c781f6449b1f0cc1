import Autograd
import Configuration
import Models
import NeuralNetwork
import WeakSupervision

/// A backbone with a linear classifier on pooled features, and their parameters.
final class ClassificationNetwork {
  let store: ParameterStore
  let backbone: any Backbone
  let head: ClassificationHead
  /// The name of the map that the classifier reads.
  let stage: String
  /// What the sides of an input must divide by.
  let inputMultiple: Int

  /// A network for `classes` foreground classes, with initial values from the run's seed.
  init(
    _ configuration: RunConfiguration, classes: Int, classifier: SeedsSection.Classifier = .final
  ) {
    store = ParameterStore(seed: configuration.generatorSeed)
    let options: any BackboneOptions = configuration.model.backbone.resolved()
    backbone = options.build(in: store.root["backbone"])
    inputMultiple = options.inputMultiple
    stage =
      classifier == .auxiliary
      ? ContrastNetwork.auxiliaryStage(of: backbone, configuration.contrast) : backbone.output.name
    head = ClassificationHead(
      channels: backbone.stage(stage)?.channels ?? backbone.output.channels, classes: classes,
      pooling: configuration.classifierPooling, in: store.root["classifier"])
  }

  /// The classifier of a run, read back from its best checkpoint.
  ///
  /// - Throws: `WeightFileError`, `RunError.checkpointOfAnotherModel`.
  static func trained(
    _ run: RunDirectory, _ configuration: RunConfiguration, classes: Int,
    classifier: SeedsSection.Classifier = .final
  ) throws -> ClassificationNetwork {
    let network = ClassificationNetwork(configuration, classes: classes, classifier: classifier)
    let head = classifier == .auxiliary ? "auxiliary." : "classifier."
    // The file may hold the networks that were trained along.
    try Checkpoint.loadWeights(
      run.file(configuration.classifierStage.bestWeights), into: network.store,
      parts: ["backbone.": "backbone.", head: "classifier."])
    return network
  }

  /// Class scores `[batch, classes]` for images `[batch, height, width, 3]`.
  func logits(_ images: Tensor, _ pass: Pass) -> Tensor {
    head.logits(backbone(images, pass)[stage], pass)
  }

  /// What explainers see of the network.
  var explained: ExplainedNetwork {
    ExplainedNetwork(
      lastStage: stage, features: { [backbone] in backbone($0, .inference) },
      logits: { [head, stage] in head.logits($0[stage], .inference) },
      classMaps: { [head, stage] in head.classMaps($0[stage], .inference) })
  }
}
