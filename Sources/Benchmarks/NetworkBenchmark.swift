import Autograd
import Configuration
import Foundation
import Imaging
import Models
import NeuralNetwork
import Training
import WeakSupervision

/// A classifier of 20 classes on a backbone, whose steps are measured on images of noise.
///
/// A step is forward, multi-label soft-margin loss, backward and optimizer: AdamW for transformers, SGD with
/// momentum for the others. Batch norms use the statistics of the batch. `Tests/Oracle/train_step.py` does
/// the same in PyTorch.
public struct NetworkBenchmark {
  /// The classes of Pascal VOC.
  private static let classes = 20
  /// The steps before the measured ones: after them, all memory comes from the pool.
  private static let warmUp = 2

  /// The names of all backbones.
  public static var models: [String] { Catalog.Backbones.members.map { $0.name } }

  private let model: String
  private let images: Tensor
  private let labels: Tensor
  private let backbone: any Backbone
  private let head: ClassificationHead
  private let optimizer: any Optimizer
  /// The bytes that an optimizer step reads and writes.
  private let updateBytes: Int

  /// A benchmark of the backbone called `model` on `batch` images of `size` × `size` pixels, with its usual
  /// output stride or another one.
  ///
  /// - Throws: `BenchmarkError` if there is no such backbone, or it does not take images of this size or this
  ///   output stride.
  public init(model: String, batch: Int, size: Int, outputStride: Int? = nil) throws(BenchmarkError) {
    let options = try Self.options(model, outputStride)
    guard size > 0, size % options.inputMultiple == 0 else {
      throw .illegalSize(size, model: model, nearest: options.nearestLegalExtent(size))
    }
    let store = ParameterStore(seed: 0)
    self.model = model
    backbone = options.build(in: store.root["backbone"])
    head = ClassificationHead(
      channels: backbone.output.channels, classes: Self.classes, pooling: .average, in: store.root["head"])
    let isTransformer = options.attentionDepth > 0
    optimizer =
      isTransformer
      ? AdamW([ParameterGroup(store.parameters, learningRate: 6e-5, weightDecay: 1e-2)])
      : SGD([ParameterGroup(store.parameters, learningRate: 1e-2, weightDecay: 1e-4)])
    // Reads the gradient; reads and writes the parameter and its two moments, or its one.
    updateBytes = (isTransformer ? 7 : 5) * 4 * store.parameters.reduce(0) { $0 + $1.shape.elementCount }
    var random = Philox(seed: 0, name: "benchmark")
    images = Tensor(shape: [batch, size, size, 3]) { out in
      for index in out.indices { out[index] = random.normal() }
    }
    labels = Tensor(
      (0..<batch * Self.classes).map { _ in random.uniform() < 0.1 ? 1 : 0 }, shape: [batch, Self.classes])
  }

  /// The options of the backbone called `model`, with its usual output stride or another one.
  static func options(
    _ model: String, _ outputStride: Int?
  ) throws(BenchmarkError) -> any BackboneOptions {
    guard let options = Catalog.Backbones.components.first(where: { type(of: $0).name == model }) else {
      throw .unknownModel(model, known: Self.models)
    }
    guard let outputStride else { return options }
    guard var strided = options as? any StridedBackboneOptions else {
      throw .illegalStride(outputStride, model: model, legal: [])
    }
    let legal = type(of: strided).outputStrides
    guard legal.contains(outputStride) else {
      throw .illegalStride(outputStride, model: model, legal: legal)
    }
    strided.outputStride = outputStride
    return strided
  }

  /// Measures `steps` training steps.
  public func trainingSteps(_ steps: Int) -> NetworkResult {
    result(Measurement(runs: steps, warmUp: Self.warmUp, trainingStep))
  }

  /// Measures where the time of `steps` training steps goes, and the ceilings of the machine.
  ///
  /// The ceilings are measured before and after the steps, since other programs may disturb one of the two.
  public func profile(_ steps: Int) -> StepProfile {
    let ceilings = Ceilings.measure()
    var notes: [[Profile.Entry]] = []
    let measurement = Measurement(runs: steps, warmUp: Self.warmUp) {
      let profile = Profile()
      profile.record(trainingStep)
      notes.append(profile.entries)
    }
    return StepProfile(
      model: model, batch: images.shape[0], size: images.shape[1], threads: Parallel.threadCount,
      ceilings: ceilings.maximum(.measure()),
      steps: zip(measurement.seconds, notes.dropFirst(Self.warmUp)).map {
        ProfiledStep(seconds: $0, entries: $1)
      })
  }

  private func trainingStep() {
    let pass = Pass.training(seed: 0, step: 0)
    let loss = multiLabelSoftMargin(logits: head.logits(backbone(images, pass), pass), labels: labels)
    let gradients = loss.gradients()
    Profile.time("optimizer", .update, bytes: updateBytes) { optimizer.step(gradients) }
  }

  /// Measures `steps` forward passes in inference mode.
  public func inference(_ steps: Int) -> NetworkResult {
    result(
      Measurement(runs: steps, warmUp: Self.warmUp) {
        _ = head.logits(backbone(images, .inference), .inference)
      })
  }

  /// Measures `steps` class activation maps of one image, as the stage seeds makes them: scales 1, 0.5 and
  /// 1.5 with the mirror image, two classes.
  public func classActivationMaps(_ steps: Int) -> NetworkResult {
    let side = images.shape[1]
    var random = Philox(seed: 0, name: "benchmark picture")
    let picture = Image(
      width: side, height: side,
      pixels: (0..<3 * side * side).map { _ in UInt8(random.integer(in: 0..<256)) })
    let maps = MultiScaleMaps(
      baseSize: 0, scales: [1, 0.5, 1.5], isFlipped: true, merge: .maximum, normalization: .minmax)
    let classifier = PooledClassifier(backbone, head)
    return result(
      Measurement(runs: steps, warmUp: Self.warmUp) {
        _ = maps(picture, classes: [0, 1], explainer: CAM(), of: classifier, random: &random)
      })
  }

  private func result(_ measurement: Measurement) -> NetworkResult {
    NetworkResult(
      model: model, batch: images.shape[0], size: images.shape[1], threads: Parallel.threadCount,
      secondsPerStep: measurement.median, imagesPerSecond: Double(images.shape[0]) / measurement.median,
      peakRssMib: peakResidentMebibytes())
  }
}

/// The speed of a whole network.
public struct NetworkResult: BenchmarkResult {
  let model: String
  let batch: Int
  let size: Int
  let threads: Int
  /// The median over all steps.
  let secondsPerStep: Double
  let imagesPerSecond: Double
  /// The most physical memory that the process has held.
  let peakRssMib: Double

  public var summary: String {
    String(
      format: "%@, batch %d, %d × %d pixels, %d threads: %.1f ms per step, %.1f images/s, %.0f MiB", model,
      batch,
      size, size, threads, secondsPerStep * 1e3, imagesPerSecond, peakRssMib)
  }
}

/// What can be wrong with the request for a benchmark.
public enum BenchmarkError: Error, Sendable, Equatable {
  case unknownModel(String, known: [String])
  case illegalSize(Int, model: String, nearest: Int)
  case illegalStride(Int, model: String, legal: [Int])
  case unknownMethod(String, known: [String])
  case illegalMethod(String, reason: String)
  case illegalClasses(Int)
}

extension BenchmarkError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unknownModel(let name, let known):
      "--model \(name): unknown model; choose one of \(known.joined(separator: ", "))"
    case .illegalSize(let size, let model, let nearest):
      "--size \(size): \(model) cannot take images of this size; the nearest that it can is \(nearest)"
    case .illegalStride(let stride, let model, let legal):
      legal.isEmpty
        ? "--output-stride \(stride): \(model) has one output stride; leave the option out"
        : "--output-stride \(stride): \(model) cannot be built with it; use one of "
          + legal.map(String.init).joined(separator: ", ")
    case .unknownMethod(let name, let known):
      "--methods \(name): unknown method; choose some of \(known.joined(separator: ", "))"
    case .illegalMethod(let name, let reason):
      "--methods \(name): \(reason)"
    case .illegalClasses(let count):
      "--classes \(count): give 1 to 1000"
    }
  }
}
