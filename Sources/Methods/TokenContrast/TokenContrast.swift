public import Configuration
public import Datasets
public import Models
public import Training
import WeakSupervision

/// Token contrast: classifier, seeds and decoder of a vision transformer are trained together, in one stage
/// (Ru, Zheng, Zhan, Du: "Token Contrast for Weakly-Supervised Semantic Segmentation", CVPR 2023).
///
/// The defaults are those of the paper for PASCAL VOC.
public struct TokenContrast: Method, TrainingOptions, Validatable {
  public static let name = "token-contrast"

  /// Whether the original code's defects are mended.
  public enum Compatibility: String, Codable, Sendable, CaseIterable {
    /// Boxes are converted to the token grid, views share flips, empty sets of pixels count nothing, and what
    /// guides the refinement and when labels are made is as the paper says.
    case fixed
    /// All of these as in the code that the published figures were made with: see <doc:TokenContrast>.
    case original
  }

  /// The pooling in front of both classifiers.
  public var pooling = FeaturePooling.maximum
  /// How many blocks before the last one the auxiliary classifier reads.
  public var auxiliaryDistance = 2
  /// The channels between the layers of the projection head.
  public var projectionHidden = 2048
  /// The factors on the parts of the loss and the steps from which they count.
  public var loss = ContrastLossOptions()
  /// The scales whose maps are added up for labels during training.
  public var scales: [Float] = [1, 0.5, 1.5]
  /// Whether those maps use mirror images as well.
  public var flip = true
  /// The value up to which a map means background, 0 … 1.
  public var lowThreshold: Float = 0.25
  /// The value above which a map means its class, 0 … 1.
  public var highThreshold: Float = 0.7
  /// What fits the decoder's labels to outlines.
  public var refine = [Choice<Catalog.Refiners>(PAR())]
  /// The small crops of an image.
  public var crops = CropOptions()
  /// The varied colours of the views.
  public var views = ViewOptions()
  /// Whether the original code's defects are mended.
  public var compatibility = Compatibility.fixed
  /// The side in pixels to which held-out images are resized for the stage's own scores; 0 keeps their size.
  public var evaluationSize = 0
  public var augmentation = TokenContrast.defaultAugmentation
  public var schedule = TokenContrast.defaultSchedule
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 6e-5))
  /// Exceptions by name; the position embedding stays as it was pretrained.
  public var groups =
    ["classifier", "auxiliary", "projection", "head"].map {
      ParameterGroupOptions(match: $0, learningRateScale: 10)
    } + [ParameterGroupOptions(match: "backbone.pos_embed", learningRateScale: 0)]
  /// The greatest norm of all gradients together; 0 means no clipping.
  public var clipNorm: Float = 0

  public static let documentation = TrainingKeys.documentation(with: [
    "pooling": "average or maximum over the feature map, for both classifiers",
    "auxiliaryDistance": "blocks between the auxiliary classifier's and the last one, 1 or more",
    "projectionHidden": "channels between the layers of the projection head",
    "loss": "factors on the parts of the loss, and when they begin",
    "scales": "scale factors whose maps are added up for labels",
    "flip": "use mirror images for labels as well",
    "lowThreshold": "map value up to which a position is background",
    "highThreshold": "map value above which a position shows its class",
    "refine": "refiners of the decoder's labels, in order; [] leaves them as they are",
    "crops": "small crops whose class tokens are contrasted",
    "views": "how the colours of the views are varied",
    "compatibility": "fixed, or original for the defects of the first code",
    "evaluationSize": "side of held-out images for the stage's scores; 0 keeps their size",
  ])

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard !scales.isEmpty, scales.allSatisfy({ $0 > 0 }) else {
      throw .invalid("scales", "is \(scales); list at least one positive scale")
    }
    guard auxiliaryDistance > 0 else {
      throw .invalid("auxiliary_distance", "is \(auxiliaryDistance); use 1 or more")
    }
    guard projectionHidden > 0 else {
      throw .invalid("projection_hidden", "is \(projectionHidden); use 1 or more")
    }
    guard (0...1).contains(lowThreshold) else {
      throw .invalid("low_threshold", "is \(lowThreshold); use a number from 0 to 1")
    }
    guard (lowThreshold...1).contains(highThreshold) else {
      throw .invalid("high_threshold", "is \(highThreshold); use a number from low_threshold to 1")
    }
    try refine.map(\.component).requireNoClassifier("refine")
    guard evaluationSize >= 0 else {
      throw .invalid("evaluation_size", "is \(evaluationSize); use 0 or more")
    }
    let crop = augmentation.crop
    guard crops.side <= crop else {
      throw .invalid(
        "crops.side",
        "is \(crops.side), which the window of \(crop) pixels cannot hold; use at most \(crop)")
    }
    let positions = (crop - crops.side + 1) * (crop - crops.side + 1)
    guard crops.count <= positions else {
      throw .invalid(
        "crops.count",
        "is \(crops.count), but there are \(positions) positions in the window; use at most \(positions)")
    }
  }

  private static var defaultAugmentation: Augmentation {
    var augmentation = Augmentation()
    augmentation.crop = 448
    augmentation.padding = .black
    return augmentation
  }

  private static var defaultSchedule: ScheduleOptions {
    var schedule = ScheduleOptions()
    schedule.iterations = 20_000
    schedule.batch = 4
    schedule.warmUp = 1500
    return schedule
  }
}

extension TokenContrast {
  public func stages(_ job: any JobOptions) -> [any Stage] { [ContrastStage(job, self)] }

  public func maps(_ job: any JobOptions) -> [MapSource] {
    let stages = job.model.backbone.component.stages
    func source(_ name: String, _ caption: String, head: String, on map: String?) -> MapSource {
      MapSource(name, caption: caption, stage: ContrastStage.name, pooling: pooling) { run in
        try ClassificationNetwork.trained(
          run, by: ContrastStage.name, pooling: pooling, head: head, on: map
        ).classifier
      }
    }
    return [
      source("auxiliary", "intermediate CAM", head: "auxiliary", on: auxiliaryMap(of: stages)),
      source("final", "CAM", head: "classifier", on: nil),
    ]
  }

  public func segmenter(_ job: any JobOptions) -> SegmenterSource? {
    SegmenterSource(stage: ContrastStage.name)
  }

  /// The name of the map that the auxiliary classifier reads: a block's output, without the last norm.
  func auxiliaryMap(of stages: [BackboneStage]) -> String {
    stages[stages.count - 2 - auxiliaryDistance].name
  }

  public func validate(_ job: any JobOptions, for backbone: any BackboneOptions) throws(ConfigurationError) {
    guard backbone.hasClassToken else {
      throw .invalid(
        "model.backbone",
        "is \(job.model.backbone.name), which has no class token; use vit-tiny, vit-small or vit-base")
    }
    guard auxiliaryDistance < backbone.attentionDepth else {
      throw .invalid(
        "method.auxiliary_distance",
        "is \(auxiliaryDistance), but there are \(backbone.attentionDepth) blocks; use at most "
          + "\(backbone.attentionDepth - 1)")
    }
    try backbone.requireWindow(of: augmentation, option: "method.augmentation")
    try backbone.requireMultiple(crops.side, option: "method.crops.side")
  }
}
