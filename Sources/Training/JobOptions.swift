import Autograd
public import Configuration
import Datasets
import Models

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

  public init() {}
}
