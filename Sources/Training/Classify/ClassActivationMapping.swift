public import Configuration
public import Datasets
public import Models

/// The baseline: a multi-label classifier on pooled features, whose class activation maps become seeds
/// (Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016).
public struct ClassActivationMapping: Method, TrainingOptions {
  public static let name = "cam"

  @Setting("average or maximum over the feature map") public var pooling = FeaturePooling.average
  @Setting("side of held-out images for the mAP, in pixels; 0 keeps their size", 0...8192)
  public var evaluationSize = 0
  @Setting(TrainingKeys.augmentation) public var augmentation = Augmentation()
  @Setting(TrainingKeys.schedule) public var schedule = ScheduleOptions()
  @Setting(TrainingKeys.optimizer) public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions())
  /// The head's parameters begin with `classifier`, the backbone's with `backbone`.
  @Setting(TrainingKeys.groups, .count(0...256))
  public var groups = [ParameterGroupOptions(match: "classifier", learningRateScale: 10)]
  @Setting(TrainingKeys.clipNorm, 0...1_000_000) public var clipNorm: Float = 0

  public init() {}

  public func stages(_ job: any JobOptions) -> [any Stage] { [ClassifyStage(job, self)] }

  public func maps(_ job: any JobOptions) -> [MapSource] {
    [
      MapSource("final", caption: "CAM", stage: ClassifyStage.name, pooling: pooling) { run in
        try ClassificationNetwork.trained(run, by: ClassifyStage.name, pooling: pooling).classifier
      }
    ]
  }

  public func validate(_ job: any JobOptions, for backbone: any BackboneOptions) throws(ConfigurationError) {
    try backbone.requireWindow(of: augmentation, option: "method.augmentation")
  }
}
