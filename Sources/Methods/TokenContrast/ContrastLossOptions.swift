public import Configuration

/// The factors on the parts of token contrast's loss, and the steps from which they count.
///
/// A part whose factor is 0 is not computed at all.
public struct ContrastLossOptions: Section, Validatable {
  /// The classification loss of the auxiliary classifier.
  public var auxiliary: Float = 1
  /// The contrast of patch tokens.
  public var patchTokens: Float = 0.2
  /// The contrast of class tokens.
  public var classTokens: Float = 0.5
  /// The cross-entropy of the decoder.
  public var segmentation: Float = 0.1
  /// The dense energy of the decoder's shares, times 1e-7.
  public var energy: Float = 0.05
  /// The temperature of the contrast of class tokens.
  public var temperature: Float = 0.5
  /// The share of the teacher's head that stays from step to step.
  public var teacherDecay: Float = 0.9
  /// The kernel's width in colour, 0 … 255.
  public var sigmaRgb: Float = 15
  /// The kernel's width in place, in pixels of the training window.
  public var sigmaXy: Float = 100
  /// The number of steps before both contrasts begin.
  public var contrastFrom = 0
  /// The number of steps before the decoder is trained.
  public var segmentationFrom = 2000
  /// The number of steps before the decoder's labels come from the last block's maps; before that, they come
  /// from the auxiliary classifier's.
  public var finalLabelsFrom = 0

  public static let documentation = [
    "auxiliary": "factor on the auxiliary classifier's loss",
    "patchTokens": "factor on the contrast of patch tokens",
    "classTokens": "factor on the contrast of class tokens",
    "segmentation": "factor on the decoder's cross-entropy",
    "energy": "factor on the dense energy of the decoder's shares, times 1e-7",
    "temperature": "temperature of the contrast of class tokens",
    "teacherDecay": "share of the teacher's head that stays from step to step",
    "sigmaRgb": "dense energy: width of the kernel in colour, 0 to 255",
    "sigmaXy": "dense energy: width of the kernel in place, in pixels of the window",
    "contrastFrom": "steps before both contrasts begin",
    "segmentationFrom": "steps before the decoder is trained",
    "finalLabelsFrom": "steps before the decoder's labels come from the last block's maps",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    let factors = [
      ("auxiliary", auxiliary), ("patch_tokens", patchTokens), ("class_tokens", classTokens),
      ("segmentation", segmentation), ("energy", energy),
    ]
    for (key, value) in factors where !(value >= 0) { throw .invalid(key, "is \(value); use 0 or more") }
    let widths = [("temperature", temperature), ("sigma_rgb", sigmaRgb), ("sigma_xy", sigmaXy)]
    for (key, value) in widths where !(value > 0) {
      throw .invalid(key, "is \(value); use a number above 0")
    }
    guard (0...1).contains(teacherDecay) else {
      throw .invalid("teacher_decay", "is \(teacherDecay); use a number from 0 to 1")
    }
    let steps = [
      ("contrast_from", contrastFrom), ("segmentation_from", segmentationFrom),
      ("final_labels_from", finalLabelsFrom),
    ]
    for (key, value) in steps where value < 0 { throw .invalid(key, "is \(value); use 0 or more") }
  }
}

/// The small crops of an image whose class tokens are contrasted with the whole image's.
public struct CropOptions: Section, Validatable {
  /// The number of crops of an image.
  public var count = 8
  /// The side of a crop in pixels.
  public var side = 96
  /// A crop whose mean certainty (0 background, 1 undecided, 2 object) is at most this is pushed away.
  public var uncertainty: Float = 0.2

  public static let documentation = [
    "count": "crops of an image",
    "side": "side of a crop in pixels",
    "uncertainty": "mean certainty (0 background, 1 undecided, 2 object) up to which a crop is pushed away",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    for (key, value) in [("count", count), ("side", side)] where value < 1 {
      throw .invalid(key, "is \(value); use 1 or more")
    }
    guard (0...2).contains(uncertainty) else {
      throw .invalid("uncertainty", "is \(uncertainty); use a number from 0 to 2")
    }
  }
}
