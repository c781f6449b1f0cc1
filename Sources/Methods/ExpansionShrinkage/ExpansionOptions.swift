public import Configuration
public import Datasets
public import Training

/// The options of the stage `expand`: a deformable convolution learns to look where the classifier looks least.
///
/// The defaults are those that served MobileNetV2 on photographs: see <doc:ExpansionAndShrinkage>.
public struct ExpansionOptions: Section, TrainingOptions, Validatable {
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

  /// The channels that the deformable convolutions work on; 0, or as many as the backbone has, means all.
  public var width = 256
  /// The middle tap's share of the deformable convolution's first weights, 0 … 1.
  public var center: Float = 0.111
  /// The farthest that a tap moves along an axis, in positions of the feature map.
  public var radius: Float = 0.1
  /// The share of the largest activation that activations are cut to.
  public var clip: Float = 0.1
  public var clipScope = ClipScope.image
  public var detach = Detach.joint
  /// The factor of the reversed gradient that the offsets get; an optimizer that divides by the gradient's
  /// size, as AdamW does, only takes its sign, and the offsets' learning rate decides.
  public var reversal: Float = 1
  /// The stage stops when its loss on the judged images exceeds this multiple of its first value.
  public var runawayFactor: Double = 1.5
  /// The number of images on which the maps are judged at each validation.
  public var judgedImages = 100
  public var augmentation = Augmentation()
  public var schedule = ScheduleOptions()
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 5e-5))
  /// Exceptions by name; the offsets' parameters begin with `expansion.offset`.
  public var groups = [ParameterGroupOptions(match: "expansion.offset", learningRateScale: 2)]
  /// The greatest norm of all gradients together; 0 means no clipping.
  public var clipNorm: Float = 0

  public static let documentation = TrainingKeys.documentation(with: [
    "width": "channels that the deformable convolutions work on; 0 keeps the backbone's",
    "center": "middle tap's share of the deformable convolution's first weights; 0.111 is a plain mean",
    "radius": "farthest move of a tap along an axis, in positions of the feature map",
    "clip": "share of the largest activation that activations are cut to; 1 is off",
    "clipScope": "channel or image: over what the largest activation is taken",
    "detach": "figure (only the classifier learns against the offsets) or joint (everything does)",
    "reversal": "factor of the reversed gradient that the offsets get; adamw takes only its sign",
    "runawayFactor": "stop when the loss exceeds this multiple of its first value",
    "judgedImages": "images on which the maps are judged at each validation",
    "schedule": "length and learning rate schedule; an epoch is validate_every steps",
  ])

  public init() {
    schedule.iterations = 400
    schedule.validateEvery = 100
  }

  public func validate() throws(ConfigurationError) {
    guard width >= 0 else { throw .invalid("width", "is \(width); use 0 or more") }
    guard (0...1).contains(center) else {
      throw .invalid("center", "is \(center); use a number from 0 to 1")
    }
    guard radius > 0 else { throw .invalid("radius", "is \(radius); use a number above 0") }
    guard clip > 0, clip <= 1 else {
      throw .invalid("clip", "is \(clip); use a number above 0 and up to 1")
    }
    guard reversal >= 0 else { throw .invalid("reversal", "is \(reversal); use 0 or more") }
    guard runawayFactor > 1 else {
      throw .invalid("runaway_factor", "is \(runawayFactor); use a number above 1")
    }
    guard judgedImages >= 1 else { throw .invalid("judged_images", "is \(judgedImages); use 1 or more") }
  }
}
