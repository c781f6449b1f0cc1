import Autograd
import Configuration
import Files
import Imaging
import Models
import NeuralNetwork
import Reporting
import Training
import WeakSupervision

/// A trained classifier with what has to be known to explain pictures by it.
struct ExplainedNetwork {
  /// The network.
  let classifier: any Classifier
  /// A network like it with random values that training has not seen; `nil` where a method has built more
  /// than a classifier on a backbone.
  let untrained: (any Classifier)?
  /// The options of its backbone.
  let backbone: any BackboneOptions
  /// What its classes are called, in their order.
  let classNames: [String]
  /// Whether the classes exclude each other, so that probabilities add up to 1.
  let isExclusive: Bool
  /// The side of the square that pictures are resized to; 0 for their own size.
  let side: Int
  /// Where random numbers come from.
  let seed: UInt64
  /// What is explained, as the record of the outputs says it.
  let source: JSON.Member
  /// What is to be said of the network.
  let warnings: [String]
  /// The data of the run; `nil` where there is none.
  let data: Choice<Catalog.Datasets>?

  /// Above so many pixels, a picture that keeps its size is scaled down.
  static let mostPixels = 1 << 18

  /// The classifier of a run whose class maps become seeds.
  ///
  /// - Throws: `RunError.notARun`, `.noClassMaps`, `.noClassifier`, `.damagedFile`, `.cannotRead`,
  ///   `.missingFile`, `.strayFiles`, `WeightFileError`, `ConfigurationError`.
  init(run path: String) throws {
    let directory = RunDirectory(path: path)
    guard directory.has(RunDirectory.configFile) else { throw RunError.notARun(path: path) }
    let manifest = try directory.rememberedData()
    let configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: directory.file(RunDirectory.configFile))
    guard let trained = try configuration.plan().trained else { throw RunError.noClassMaps(run: path) }
    let last = trained.candidates[trained.candidates.count - 1]
    let map = try trained.candidates.chosen(in: directory) ?? last
    guard directory.has("\(map.stage)/best.safetensors") else {
      throw RunError.noClassifier(run: path, stage: map.stage)
    }
    try FinishedRun.verify(map.stage, in: directory, manifest)
    guard let names = directory.text(of: RunDirectory.classFile) else { throw RunError.notARun(path: path) }
    classNames = names.split(separator: "\n").map(String.init)
    classifier = try map.open(TrainedRun(configuration, directory, classNames: classNames))
    untrained =
      classifier is PooledClassifier
      ? Self.untrained(configuration, classes: classNames.count, map) : nil
    backbone = configuration.model.backbone.component
    isExclusive = false
    side = configuration.seeds.baseSize
    seed = configuration.generatorSeed
    source = JSON.Member("run", .text(path))
    warnings = FinishedRun.warnings(directory, manifest)
    data = configuration.data
  }

  /// A backbone with the classifier that its published weights have.
  ///
  /// - Throws: `ConfigurationError`, and what opening the weights throws.
  init(
    published model: String, weights: String, classes: String?, _ normalization: Normalization?,
    telling reporter: Reporter
  ) throws {
    backbone = try Self.backbone(model)
    let published = try PublishedClassifier(
      backbone, weights: weights, classesFile: classes, normalization: normalization, telling: reporter)
    classifier = published
    untrained = published.untrained(backbone, seed: 1)
    classNames = published.classNames
    isExclusive = true
    side = Self.publishedSide
    seed = 0
    source = JSON.Member("weights", .text(weights))
    warnings = []
    data = nil
  }

  /// A network like that of a run, with values that differ from those that its training began with.
  private static func untrained(
    _ configuration: RunConfiguration, classes: Int, _ map: MapSource
  ) -> any Classifier {
    var other = configuration
    other.seed = configuration.seed == 0 ? 1 : configuration.seed - 1
    return ClassificationNetwork(other, classes: classes, pooling: map.pooling, on: map.lastMap).classifier
  }

  /// The network of a request.
  ///
  /// - Throws: what opening it throws.
  init(_ source: ExplanationRequest.Source, telling reporter: Reporter) throws {
    switch source {
    case .run(let path): try self.init(run: path)
    case .published(let model, let weights, let classes, let statistics):
      try self.init(
        published: model, weights: weights, classes: classes, statistics?.normalization, telling: reporter)
    }
  }

  /// The side of the pictures that published weights were trained with, most of them.
  private static let publishedSide = 224

  /// A backbone by its name, with options in braces.
  private struct Options: Section {
    @Setting("the network") var model = Choice<Catalog.Backbones>(ResNet18())
  }

  private static func backbone(_ text: String) throws(ConfigurationError) -> any BackboneOptions {
    do {
      return try ConfigurationLoader.load(Options.self, overrides: ["model=\(text)"]).model.component
    } catch {
      var error = error
      error.place = nil
      error.option = error.option.isEmpty ? "--model" : "--\(error.option)"
      throw error
    }
  }

  /// A picture as the network reads it, `[1, height, width, 3]`, resized to a square of `size` pixels, that
  /// of the run by default, or of about its own size.
  func input(_ image: Image, size: Int?) -> Tensor {
    let side = size ?? self.side
    let pixels = image.width * image.height
    guard side == 0, pixels > Self.mostPixels else {
      return image.networkInput(
        side: side, multipleOf: classifier.inputMultiple, classifier.normalization)
    }
    let factor = (Double(Self.mostPixels) / Double(pixels)).squareRoot()
    func scaled(_ side: Int) -> Int { max(1, Int(Double(side) * factor)) }
    return image.resized(width: scaled(image.width), height: scaled(image.height), .bilinear)
      .networkInput(side: 0, multipleOf: classifier.inputMultiple, classifier.normalization)
  }

  /// The probability of each class in images `[batch, height, width, 3]`, `[batch, classes]`.
  func probabilities(_ images: Tensor) -> Tensor {
    let logits = classifier.logits(classifier.features(images))
    return isExclusive ? logits.softmax(axis: 1) : logits.sigmoid()
  }
}
