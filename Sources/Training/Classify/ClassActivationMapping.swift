public import Configuration
public import Datasets
public import Models

/// The baseline: a multi-label classifier on pooled features, whose class activation maps become seeds
/// (Zhou et al., "Learning Deep Features for Discriminative Localization", CVPR 2016).
public struct ClassActivationMapping: Method, TrainingOptions {
  public static let name = "cam"

  @Setting("average or maximum over the feature map") public var pooling = FeaturePooling.average
  /// What a transformer's later blocks mix from the surroundings into every token is missing in earlier ones.
  @Setting(
    "feature maps that get a classifier each, from the input on; [] for the last alone", .count(0...64))
  public var stages: [String] = []
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
    func source(_ name: String, _ caption: String, head: String, on map: String?) -> MapSource {
      .classifier(name, caption: caption, stage: ClassifyStage.name, pooling: pooling, head: head, on: map)
    }
    let further = stages.dropLast().map {
      source($0, "CAM of \($0)", head: ClassificationNetwork.head(on: $0), on: $0)
    }
    let last = stages.last == job.model.backbone.component.stages.last?.name ? nil : stages.last
    return further + [source(last ?? "final", "CAM", head: "classifier", on: last)]
  }

  public func validate(_ job: any JobOptions, for backbone: any BackboneOptions) throws(ConfigurationError) {
    for (index, stage) in stages.enumerated() {
      try backbone.requireStage(stage, option: "method.stages[\(index)]")
    }
    let order = backbone.stages.map(\.name).filter(stages.contains)
    guard order == stages else {
      throw .invalid(
        "method.stages",
        "is \(stages.joined(separator: ", ")); name each map once, from the input on: "
          + order.joined(separator: ", "))
    }
    try backbone.requireWindow(of: augmentation, option: "method.augmentation")
  }
}
