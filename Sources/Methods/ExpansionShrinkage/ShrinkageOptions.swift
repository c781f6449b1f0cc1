public import Configuration
public import Datasets
public import Training

/// The options of the stage `shrink`: a second deformable convolution learns to leave out what expansion took in by mistake.
///
/// Width and the judged images are those of `expand`.
public struct ShrinkageOptions: Section, TrainingOptions {
  @Setting("weight of the mean size of the present classes' maps", 0...) public var area: Float = 0.05
  @Setting("middle tap's share of the deformable convolution's first weights; 0.111 is a plain mean", 0...1)
  public var center: Float = 0.111
  @Setting("farthest move of a tap along an axis, in positions of the feature map", .above(0))
  public var radius: Float = 1
  @Setting(TrainingKeys.augmentation) public var augmentation = Augmentation()
  @Setting("length and learning rate schedule; an epoch is validate_every steps")
  public var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer)
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 1e-4))
  @Setting(TrainingKeys.groups)
  public var groups = [ParameterGroupOptions(match: "shrinkage.offset", learningRateScale: 2)]
  @Setting(TrainingKeys.clipNorm) public var clipNorm: Float = 0

  public init() {
    schedule.iterations = 150
    schedule.validateEvery = 50
  }

}
