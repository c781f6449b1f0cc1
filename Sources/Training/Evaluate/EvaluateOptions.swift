public import Configuration
import WeakSupervision

/// How a segmenter is scored on held-out images.
public struct EvaluateOptions: Section, Validatable {
  /// The side in pixels to which images are resized at scale 1; 0 keeps their size.
  public var baseSize = 0
  /// The side in pixels of the overlapping windows that cover a larger image; 0 for none.
  public var window = 1024
  /// The scale factors of the multi-scale variant.
  public var scales: [Float] = [0.75, 1, 1.25]
  /// Whether the multi-scale variant adds mirror images.
  public var flip = true
  /// How scales and mirror images are joined.
  public var merge = ScaleMerge.mean
  /// The refinement of the third variant.
  public var refine = [Choice<Catalog.Refiners>(DenseCRF())]

  public static let documentation = [
    "baseSize": "side of an image at scale 1, in pixels; 0 keeps its size",
    "window": "side of the overlapping windows that cover a larger image, in pixels; 0 for none",
    "scales": "scale factors of the multi-scale variant",
    "flip": "mirror images in the multi-scale variant",
    "merge": "mean of the probabilities, or maximum of the scales' class scores",
    "refine": "refiners of the third variant, applied to the multi-scale probabilities",
  ]

  public init() {}

  public func validate() throws(ConfigurationError) {
    guard !scales.isEmpty, scales.allSatisfy({ $0 > 0 }) else {
      throw .invalid("scales", "is \(scales); list at least one positive scale")
    }
    guard baseSize >= 0 else { throw .invalid("base_size", "is \(baseSize); use 0 or more") }
    try refine.map(\.component).requireNoClassifier("refine")
    // A window has to hold a few cells of the coarsest map.
    guard window == 0 || window >= 64 else {
      throw .invalid("window", "is \(window); use 0 for none, or at least 64")
    }
  }
}
