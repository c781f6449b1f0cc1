import Autograd
import Configuration
import Models
import NeuralNetwork

/// A classifier of 20 classes on a backbone, whose steps are measured on images of noise.
///
/// A step is forward, multi-label soft-margin loss, backward and optimizer: AdamW for transformers, SGD with
/// momentum for the others. Batch norms use the statistics of the batch. `Tests/Oracle/train_step.py` does
/// the same in PyTorch.
public struct NetworkBenchmark {
  /// The classes of Pascal VOC.
  private static let classes = 20

  /// The names of all backbones.
  public static var models: [String] { Catalog.Backbones.members.map { $0.name } }

  private let model: String
  private let images: Tensor
  private let labels: Tensor
  private let backbone: any Backbone
  private let head: ClassificationHead
  private let optimizer: any Optimizer

  /// A benchmark of the backbone called `model` on `batch` images of `size` × `size` pixels.
  ///
  /// - Throws: `BenchmarkError` if there is no such backbone or it cannot take images of this size.
  public init(model: String, batch: Int, size: Int) throws(BenchmarkError) {
    guard let member = Catalog.Backbones.members.first(where: { $0.name == model }),
      let options = member.init() as? any BackboneOptions
    else {
      throw .unknownModel(model, known: Self.models)
    }
    guard size > 0, size % options.inputMultiple == 0 else {
      throw .illegalSize(size, model: model, nearest: options.nearestLegalExtent(size))
    }
    let store = ParameterStore(seed: 0)
    self.model = model
    backbone = options.build(in: store.root["backbone"])
    head = ClassificationHead(
      channels: backbone.output.channels, classes: Self.classes, pooling: .average, in: store.root["head"])
    optimizer =
      options is any VisionTransformerOptions
      ? AdamW([ParameterGroup(store.parameters, learningRate: 6e-5, weightDecay: 1e-2)])
      : SGD([ParameterGroup(store.parameters, learningRate: 1e-2, weightDecay: 1e-4)])
    var random = Philox(seed: 0, name: "benchmark")
    images = Tensor(shape: [batch, size, size, 3]) { out in
      for index in out.indices { out[index] = random.normal() }
    }
    labels = Tensor(
      (0..<batch * Self.classes).map { _ in random.uniform() < 0.1 ? 1 : 0 }, shape: [batch, Self.classes])
  }

  /// Measures `steps` training steps.
  public func trainingSteps(_ steps: Int) -> NetworkResult {
    result(
      Measurement(runs: steps, warmUp: 2) {
        let logits = head.logits(backbone(images, .training(seed: 0, step: 0)), .training(seed: 0, step: 0))
        optimizer.step(multiLabelSoftMargin(logits: logits, labels: labels).gradients())
      })
  }

  /// Measures `steps` forward passes in inference mode.
  public func inference(_ steps: Int) -> NetworkResult {
    result(Measurement(runs: steps, warmUp: 2) { _ = head.logits(backbone(images, .inference), .inference) })
  }

  private func result(_ measurement: Measurement) -> NetworkResult {
    NetworkResult(
      model: model, batch: images.shape[0], size: images.shape[1], threads: Parallel.threadCount,
      secondsPerStep: measurement.median, imagesPerSecond: Double(images.shape[0]) / measurement.median,
      peakRssMib: peakResidentMebibytes())
  }
}
