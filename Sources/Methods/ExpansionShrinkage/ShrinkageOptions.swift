public import Configuration
public import Datasets
public import Training

/// The options of the stage `shrink`: a second deformable convolution learns to leave out what expansion took in by mistake.
///
/// Width and the judged images are those of `expand`.
public struct ShrinkageOptions: Section, TrainingOptions, Validatable {
  /// The weight of the mean size of the present classes' maps.
  public var area: Float = 0.05
  /// The middle tap's share of the deformable convolution's first weights, 0 … 1.
  public var center: Float = 0.111
  /// The farthest that a tap moves along an axis, in positions of the feature map.
  public var radius: Float = 1
  public var augmentation = Augmentation()
  public var schedule = ScheduleOptions()
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 1e-4))
  /// Exceptions by name; the offsets' parameters begin with `shrinkage.offset`.
  public var groups = [ParameterGroupOptions(match: "shrinkage.offset", learningRateScale: 2)]
  /// The greatest norm of all gradients together; 0 means no clipping.
  public var clipNorm: Float = 0

  public static let documentation = TrainingKeys.documentation(with: [
    "area": "weight of the mean size of the present classes' maps",
    "center": "middle tap's share of the deformable convolution's first weights; 0.111 is a plain mean",
    "radius": "farthest move of a tap along an axis, in positions of the feature map",
    "schedule": "length and learning rate schedule; an epoch is validate_every steps",
  ])

  public init() {
    schedule.iterations = 150
    schedule.validateEvery = 50
  }

  public func validate() throws(ConfigurationError) {
    guard area >= 0 else { throw .invalid("area", "is \(area); use 0 or more") }
    guard (0...1).contains(center) else {
      throw .invalid("center", "is \(center); use a number from 0 to 1")
    }
    guard radius > 0 else { throw .invalid("radius", "is \(radius); use a number above 0") }
  }
}
