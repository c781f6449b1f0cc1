public import Configuration
public import Datasets
public import Models
public import Training
import WeakSupervision

/// Expansion and shrinkage: two deformable convolutions behind a trained classifier (Li et al., "Expansion
/// and shrinkage of localization for weakly-supervised semantic segmentation", NeurIPS 2022).
///
/// The offsets of the first learn to raise the classification loss, so that maps spread over the object; the
/// second draws them back. The paper has no public code: this implements the scheme, with constants of our
/// own.
public struct ExpansionShrinkage: MethodBehind {
  public static let name = "expansion-shrinkage"

  @Setting("expansion of the maps") public var expand = ExpansionOptions()
  @Setting("shrinkage of the expanded maps") public var shrink = ShrinkageOptions()

  public init() {}

  public func stages(_ job: any JobOptions, behind classifier: MapSource) -> [any Stage] {
    [ExpandStage(job, self, behind: classifier), ShrinkStage(job, self, behind: classifier)]
  }

  public func maps(_ job: any JobOptions, behind classifier: MapSource) -> [MapSource] {
    func source(_ output: ExpansionNetwork.Output, by stage: String) -> MapSource {
      MapSource(output.rawValue, caption: output.rawValue, stage: stage, pooling: .average) { run in
        let network = ExpansionNetwork(job, self, classes: run.classNames.count)
        try Checkpoint.loadWeights(run.directory.bestWeights(of: stage), into: network.store)
        return network.classifier(output)
      }
    }
    return [source(.expanded, by: ExpandStage.name), source(.shrunk, by: ShrinkStage.name)]
  }

  public func validate(
    _ job: any JobOptions, behind classifier: MapSource, at index: Int, for backbone: any BackboneOptions
  ) throws(ConfigurationError) {
    guard classifier.pooling == .average else {
      throw .invalid(
        "behind[\(index)]",
        "is \(Self.name), which goes on with a classifier that averages over positions; "
          + "set method.pooling to average")
    }
    try backbone.requireWindow(of: expand.augmentation, option: "behind[\(index)].expand.augmentation")
    try backbone.requireWindow(of: shrink.augmentation, option: "behind[\(index)].shrink.augmentation")
  }
}

/// The options of the stage `expand`: a deformable convolution learns to look where the classifier looks
/// least.
///
/// The defaults are those that served MobileNetV2 on photographs: see <doc:ExpansionAndShrinkage>.
public struct ExpansionOptions: Section, TrainingOptions {
  /// Which parameters besides the offsets learn.
  public enum Detach: String, Codable, Sendable, CaseIterable {
    /// The classifier alone: backbone and main weights are fixed, as the paper's figure draws it.
    case figure
    /// Everything, against the offsets.
    case joint
  }

  /// Over what the largest activation is taken that the clipping refers to.
  public enum ClipScope: String, Codable, Sendable, CaseIterable {
    /// Over the positions of each channel.
    case channel
    /// Over all positions and channels of an image.
    case image
  }

  @Setting("channels that the deformable convolutions work on; 0 keeps the backbone's", 0...8192)
  public var width = 256
  @Setting(
    "middle tap's share of the deformable convolution's first weights, 0 to 1; 0.111 is a plain mean",
    0...1)
  public var center: Float = 0.111
  @Setting("farthest move of a tap along an axis, in positions of the feature map", .above(0, upTo: 1000))
  public var radius: Float = 0.1
  @Setting("share of the largest activation that activations are cut to; 1 is off", .above(0, upTo: 1))
  public var clip: Float = 0.1
  @Setting("channel or image: over what the largest activation is taken")
  public var clipScope = ClipScope.image
  @Setting("figure (only the classifier learns against the offsets) or joint (everything does)")
  public var detach = Detach.joint
  @Setting("factor of the reversed gradient that the offsets get; adamw takes only its sign", 0...1_000_000)
  public var reversal: Float = 1
  @Setting("stop when the loss exceeds this multiple of its first value", .above(1, upTo: 1_000_000))
  public var runawayFactor: Double = 1.5
  @Setting("images on which the maps are judged at each validation", 1...10_000_000)
  public var judgedImages = 100
  @Setting(TrainingKeys.augmentation) public var augmentation = Augmentation()
  @Setting("length and learning rate schedule; an epoch is validate_every steps")
  public var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer)
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 5e-5))
  @Setting(TrainingKeys.groups, .count(0...256))
  public var groups = [ParameterGroupOptions(match: "expansion.offset", learningRateScale: 2)]
  @Setting(TrainingKeys.clipNorm, 0...1_000_000) public var clipNorm: Float = 0

  public init() {
    schedule.iterations = 400
    schedule.validateEvery = 100
  }
}

/// The options of the stage `shrink`: a second deformable convolution learns to leave out what expansion took
/// in by mistake.
///
/// Width and the judged images are those of `expand`.
public struct ShrinkageOptions: Section, TrainingOptions {
  @Setting("weight of the mean size of the present classes' maps", 0...1_000_000) public var area: Float =
    0.05
  @Setting(
    "middle tap's share of the deformable convolution's first weights, 0 to 1; 0.111 is a plain mean",
    0...1)
  public var center: Float = 0.111
  @Setting("farthest move of a tap along an axis, in positions of the feature map", .above(0, upTo: 1000))
  public var radius: Float = 1
  @Setting(TrainingKeys.augmentation) public var augmentation = Augmentation()
  @Setting("length and learning rate schedule; an epoch is validate_every steps")
  public var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer)
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 1e-4))
  @Setting(TrainingKeys.groups, .count(0...256))
  public var groups = [ParameterGroupOptions(match: "shrinkage.offset", learningRateScale: 2)]
  @Setting(TrainingKeys.clipNorm, 0...1_000_000) public var clipNorm: Float = 0

  public init() {
    schedule.iterations = 150
    schedule.validateEvery = 50
  }
}
