import Autograd
public import Configuration
import Datasets
import Foundation
public import Imaging
import Models
import NeuralNetwork

/// The options that all methods share; everything that decides what a run computes, but for the methods' own.
public protocol JobOptions: Sendable {
  /// The seed of every random number of the run.
  var seed: Int { get }
  /// The data set.
  var data: Choice<Catalog.Datasets> { get }
  /// The network that classifier and segmenter share.
  var model: ModelOptions { get }
  /// How class maps become seeds.
  var seeds: SeedsOptions { get }
  /// The chain of refiners between seeds and pseudo-masks.
  var refine: [Choice<Catalog.Refiners>] { get }
  /// How pseudo-masks are made.
  var masks: MasksOptions { get }
  /// How a segmenter is trained.
  var segment: SegmentOptions { get }
  /// How a segmenter is scored.
  var evaluate: EvaluateOptions { get }
}

extension JobOptions {
  /// The seed as random streams take it.
  public var generatorSeed: UInt64 { UInt64(bitPattern: Int64(seed)) }
}

/// The network that classifier and segmenter share.
public struct ModelOptions: Section {
  @Setting("the feature extractor, by name, with its options")
  public var backbone = Choice<Catalog.Backbones>(ResNet18())
  @Setting("safetensors file with pretrained backbone weights, or none") public var weights = "none"
  @Setting(
    "mean of red, green and blue that the weights expect, 0 to 1; empty: as their file says, else as usual",
    .each(.within(0...1), mayBeEmpty: true))
  public var mean: [Float] = []
  @Setting(
    "deviation of red, green and blue that the weights expect; empty: as their file says, else as usual",
    .each(.within(Normalization.smallestDeviation...1), mayBeEmpty: true))
  public var deviation: [Float] = []

  public init() {}
}

extension ModelOptions: Validatable {
  public func validate() throws(ConfigurationError) {
    guard [0, 3].contains(mean.count), mean.count == deviation.count else {
      throw .invalid(
        mean.count == 3 ? "deviation" : "mean",
        "holds \(mean.count == 3 ? deviation.count : mean.count) numbers; "
          + "give three for mean and three for deviation, or none for both")
    }
  }
}

extension ModelOptions {
  /// What the network expects of its input: what the options say, which may be from the file of weights, else
  /// what is usual for the backbone.
  public var normalization: Normalization {
    mean.count == 3 && deviation.count == 3
      ? Normalization(mean: mean, deviation: deviation) : backbone.component.normalization
  }

  /// The options with the mean and the deviation that the file of weights names, where they name none
  /// themselves.
  ///
  /// - Throws: `RunError.missingWeights`, `WeightFileError`, `InputStatisticsError`.
  public func withStatisticsOfWeights() throws -> ModelOptions {
    guard weights != "none", mean.isEmpty else { return self }
    guard FileManager.default.fileExists(atPath: weights) else {
      throw RunError.missingWeights(path: weights)
    }
    let metadata = try SafetensorsReader(path: weights).metadata
    let usual = backbone.component.normalization
    guard let own = try Normalization(metadata: metadata, path: weights, usual: usual) else { return self }
    var options = self
    (options.mean, options.deviation) = (own.mean, own.deviation)
    return options
  }
}
