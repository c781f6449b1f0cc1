public import Configuration
public import Datasets
public import Models

/// The baseline: a multi-label classifier on pooled features, whose class activation maps become seeds
/// (Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016).
public struct ClassActivationMapping: Method, TrainingOptions {
  public static let name = "cam"

  /// The pooling of the classification head.
  public var pooling = FeaturePooling.average
  /// The side in pixels to which held-out images are resized for the mAP; 0 keeps their size.
  public var evaluationSize = 0
  public var augmentation = Augmentation()
  public var schedule = ScheduleOptions()
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions())
  /// Exceptions by name; the head's parameters begin with `classifier`, the backbone's with `backbone`.
  public var groups = [ParameterGroupOptions(match: "classifier", learningRateScale: 10)]
  /// The greatest norm of all gradients together; 0 means no clipping.
  public var clipNorm: Float = 0

  public static let documentation = TrainingKeys.documentation(with: [
    "pooling": "average or maximum over the feature map",
    "evaluationSize": "side of held-out images for the mAP; 0 keeps their size",
  ])

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
