public import Configuration
public import Datasets
public import Training

/// The options of the stage `expand`: a deformable convolution learns to look where the classifier looks least.
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

  @Setting("channels that the deformable convolutions work on; 0 keeps the backbone's", 0...)
  public var width = 256
  @Setting("middle tap's share of the deformable convolution's first weights; 0.111 is a plain mean", 0...1)
  public var center: Float = 0.111
  @Setting("farthest move of a tap along an axis, in positions of the feature map", .above(0))
  public var radius: Float = 0.1
  @Setting("share of the largest activation that activations are cut to; 1 is off", .above(0, upTo: 1))
  public var clip: Float = 0.1
  @Setting("channel or image: over what the largest activation is taken")
  public var clipScope = ClipScope.image
  @Setting("figure (only the classifier learns against the offsets) or joint (everything does)")
  public var detach = Detach.joint
  @Setting("factor of the reversed gradient that the offsets get; adamw takes only its sign", 0...)
  public var reversal: Float = 1
  @Setting("stop when the loss exceeds this multiple of its first value", .above(1))
  public var runawayFactor: Double = 1.5
  @Setting("images on which the maps are judged at each validation", 1...) public var judgedImages = 100
  @Setting(TrainingKeys.augmentation) public var augmentation = Augmentation()
  @Setting("length and learning rate schedule; an epoch is validate_every steps")
  public var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer)
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 5e-5))
  @Setting(TrainingKeys.groups)
  public var groups = [ParameterGroupOptions(match: "expansion.offset", learningRateScale: 2)]
  @Setting(TrainingKeys.clipNorm) public var clipNorm: Float = 0

  public init() {
    schedule.iterations = 400
    schedule.validateEvery = 100
  }

}
