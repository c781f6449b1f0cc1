import Autograd
import Configuration
import Models
import NeuralNetwork

/// A backbone with a linear classifier on pooled features, and their parameters.
final class ClassificationNetwork {
  let store: ParameterStore
  let backbone: any Backbone
  let head: ClassificationHead
  /// What the sides of an input must divide by.
  let inputMultiple: Int

  /// A network for `classes` foreground classes, with initial values from the run's seed.
  init(_ configuration: RunConfiguration, classes: Int) {
    store = ParameterStore(seed: UInt64(bitPattern: Int64(configuration.seed)))
    let options: any BackboneOptions = configuration.model.backbone.resolved()
    backbone = options.build(in: store.root["backbone"])
    inputMultiple = options.inputMultiple
    head = ClassificationHead(
      channels: backbone.output.channels, classes: classes, pooling: configuration.classify.pooling,
      in: store.root["classifier"])
  }

  /// Class scores `[batch, classes]` for images `[batch, height, width, 3]`.
  func logits(_ images: Tensor, _ pass: Pass) -> Tensor {
    head.logits(backbone(images, pass).last, pass)
  }
}
