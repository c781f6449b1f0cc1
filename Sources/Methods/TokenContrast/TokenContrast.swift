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

  @Setting("average or maximum over the feature map, for both classifiers")
  public var pooling = FeaturePooling.maximum
  @Setting("blocks between the auxiliary classifier's and the last one, 1 or more", 1...1000)
  public var auxiliaryDistance = 2
  @Setting("channels between the layers of the projection head", 1...16_384)
  public var projectionHidden = 2048
  @Setting("factors on the parts of the loss, and when they begin") public var loss = ContrastLossOptions()
  @Setting(
    "scale factors whose maps are added up for labels",
    .each(.above(0, upTo: 16)), .count(1...16))
  public var scales: [Float] = [1, 0.5, 1.5]
  @Setting("use mirror images for labels as well") public var flip = true
  @Setting(
    "map value up to which a position is background, 0 to 1; otsu: as the maps of the last steps part",
    .numberOr(0...1))
  public var lowThreshold: NumberOr<TrustWord> = 0.25
  @Setting(
    "map value above which a position shows its class, low_threshold to 1; otsu: as low_threshold",
    .numberOr(0...1))
  public var highThreshold: NumberOr<TrustWord> = 0.7
  @Setting("refiners of the decoder's labels, in order; [] leaves them as they are")
  public var refine = [Choice<Catalog.Refiners>(PAR())]
  @Setting("small crops whose class tokens are contrasted") public var crops = CropOptions()
  @Setting("how the colours of the views are varied") public var views = ViewOptions()
  @Setting("fixed, or original for the defects of the first code")
  public var compatibility = Compatibility.fixed
  @Setting("side of held-out images for the stage's scores, in pixels; 0 keeps their size", 0...8192)
  public var evaluationSize = 0
  @Setting(TrainingKeys.augmentation) public var augmentation = TokenContrast.defaultAugmentation
  @Setting(TrainingKeys.schedule) public var schedule = TokenContrast.defaultSchedule
  @Setting(TrainingKeys.optimizer)
  public var optimizer = Choice<Catalog.Optimizers>(AdamWOptions(learningRate: 6e-5))
  /// The position embedding stays as it was pretrained.
  @Setting(TrainingKeys.groups, .count(0...256))
  public var groups =
    ["classifier", "auxiliary", "projection", "head"].map {
      ParameterGroupOptions(match: $0, learningRateScale: 10)
    } + [ParameterGroupOptions(match: "backbone.pos_embed", learningRateScale: 0)]
  @Setting(TrainingKeys.clipNorm, 0...1_000_000) public var clipNorm: Float = 0

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard (lowThreshold == .word(.otsu)) == (highThreshold == .word(.otsu)) else {
      throw .invalid(
        "high_threshold",
        "is \(highThreshold) with low_threshold \(lowThreshold); use otsu for both, or numbers for both")
    }
    guard lowThreshold.number(or: 0) <= highThreshold.number(or: 1) else {
      throw .invalid("high_threshold", "is \(highThreshold); use a number from low_threshold to 1")
    }
    try refine.map(\.component).requireNoClassifier("refine")
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
      .classifier(name, caption: caption, stage: ContrastStage.name, pooling: pooling, head: head, on: map)
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
