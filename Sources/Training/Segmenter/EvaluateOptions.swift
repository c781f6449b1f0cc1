public import Configuration
import Imaging
import WeakSupervision

/// How a segmenter is scored on held-out images.
public struct EvaluateOptions: Section, Validatable {
  @Setting("side of an image at scale 1, in pixels; 0 keeps its size", 0...4096) public var baseSize = 0
  /// A window has to hold a few cells of the coarsest map.
  @Setting(
    "side of the overlapping windows that cover a larger image, in pixels; 0 for none",
    .where("use 0 for none, or 64 to 16384") { $0 == 0 || 64...16384 ~= $0 })
  public var window = 1024
  @Setting(
    "scale factors of the multi-scale variant",
    .each(.above(0, upTo: 16)), .count(1...16))
  public var scales: [Float] = [0.75, 1, 1.25]
  @Setting("mirror images in the multi-scale variant") public var flip = true
  @Setting("mean of the probabilities, or maximum of the scales' class scores")
  public var merge = ScaleMerge.mean
  @Setting("refiners of the third variant, applied to the multi-scale probabilities")
  public var refine = [Choice<Catalog.Refiners>(DenseCRF())]

  public init() {}

  /// The size of an image at one scale, in pixels.
  func viewSize(of image: Image, scale: Float) -> (width: Int, height: Int) {
    let width = Float(baseSize > 0 ? baseSize : image.width) * scale
    let height = Float(baseSize > 0 ? baseSize : image.height) * scale
    return (max(1, Int(width.rounded())), max(1, Int(height.rounded())))
  }

  public func validate() throws(ConfigurationError) {
    try refine.map(\.component).requireNoClassifier("refine")
  }
}
