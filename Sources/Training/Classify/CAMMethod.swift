public import Configuration
public import Datasets
public import Models

/// Stage 1: the multi-label classifier that is trained on image labels.
public struct ClassifySection: Section {
  /// The pooling of the classification head.
  public var pooling = FeaturePooling.average
  /// The side in pixels to which held-out images are resized for the mAP; 0 keeps their size.
  public var evaluationSize = 0
  public var augmentation = Augmentation()
  public var schedule = ScheduleSection()
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions())
  /// Exceptions by name; the head's parameters begin with `classifier`, the backbone's with `backbone`.
  public var groups = [ParameterGroupSection(match: "classifier", learningRateScale: 10)]
  /// The greatest norm of all gradients together; 0 means no clipping.
  public var clipNorm: Float = 0

  public static let documentation = TrainingKeys.documentation(with: [
    "pooling": "average or maximum over the feature map",
    "evaluationSize": "side of held-out images for the mAP; 0 keeps their size",
  ])

  public init() {}
}
