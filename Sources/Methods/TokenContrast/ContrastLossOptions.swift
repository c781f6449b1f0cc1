public import Configuration

/// The factors on the parts of token contrast's loss, and the steps from which they count.
///
/// A part whose factor is 0 is not computed at all.
public struct ContrastLossOptions: Section {
  @Setting("factor on the auxiliary classifier's loss", 0...1_000_000) public var auxiliary: Float = 1
  @Setting("factor on the contrast of patch tokens", 0...1_000_000) public var patchTokens: Float = 0.2
  @Setting("factor on the contrast of class tokens", 0...1_000_000) public var classTokens: Float = 0.5
  @Setting("factor on the decoder's cross-entropy", 0...1_000_000) public var segmentation: Float = 0.1
  @Setting("factor on the dense energy of the decoder's shares, times 1e-7", 0...1_000_000)
  public var energy: Float = 0.05
  @Setting("temperature of the contrast of class tokens", .above(0, upTo: 10_000))
  public var temperature: Float = 0.5
  @Setting("share of the teacher's head that stays from step to step", 0...1)
  public var teacherDecay: Float = 0.9
  @Setting("dense energy: width of the kernel in colour, 0 to 255", .above(0, upTo: 10_000))
  public var sigmaRgb: Float = 15
  @Setting("dense energy: width of the kernel in place, in pixels of the window", .above(0, upTo: 10_000))
  public var sigmaXy: Float = 100
  @Setting("steps before both contrasts begin", 0...1_000_000) public var contrastFrom = 0
  @Setting("steps before the decoder is trained", 0...1_000_000) public var segmentationFrom = 2000
  /// Before that, they come from the auxiliary classifier's.
  @Setting("steps before the decoder's labels come from the last block's maps", 0...1_000_000)
  public var finalLabelsFrom = 0

  public init() {}
}

/// The small crops of an image whose class tokens are contrasted with the whole image's.
public struct CropOptions: Section {
  @Setting("crops of an image", 1...1024) public var count = 8
  @Setting("side of a crop in pixels", 1...8192) public var side = 96
  @Setting("mean certainty (0 background, 1 undecided, 2 object) up to which a crop is pushed away", 0...2)
  public var uncertainty: Float = 0.2

  public init() {}
}
