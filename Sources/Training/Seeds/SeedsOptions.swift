public import Configuration
public import WeakSupervision

/// Stage 2: class activation maps over scales and mirror images.
public struct SeedsSection: Section, Validatable {
  /// Whose maps become seeds.
  public enum Classifier: String, Codable, Sendable, CaseIterable {
    /// The classifier of the last map.
    case final
    /// The classifier of an intermediate block, which token contrast trains as well.
    case auxiliary
    /// That of the stage `expand`, on the expanded map.
    case expanded
    /// That of the stage `shrink`, on the map that was shrunk again.
    case shrunk
  }

  /// Whose maps become seeds.
  public var classifier = Classifier.final
  /// The explainer whose maps become seeds.
  public var explainer = Choice<Catalog.Explainers>(CAM())
  /// The side in pixels to which images are resized at scale 1; 0 keeps their size.
  public var baseSize = 0
  public var scales: [Float] = [1, 0.5, 1.5]
  public var flip = true
  /// How a map and its mirror image's map are joined.
  public var flipMerge = FlipMerge.maximum
  public var normalization = MapNormalization.minmax
  /// The value below which a pixel is background when seeds become labels; chosen without masks.
  public var backgroundThreshold: Float = 0.4

  public static let documentation = [
    "classifier": "final; auxiliary for the intermediate one of token contrast; expanded or shrunk",
    "explainer": "the method that makes the maps",
    "baseSize": "side of an image at scale 1, in pixels; 0 keeps its size",
    "scales": "scale factors whose maps are added up",
    "flip": "use the mirror image as well",
    "flipMerge": "maximum or sum of a map and its mirror image's",
    "normalization": "minmax, max or shifted",
    "backgroundThreshold": "value below which a pixel is background in refinement and in seed labels",
  ]

  public init() {}

  /// What decides the figures that the stages `expand` and `shrink` record about their maps.
  var judging: String {
    let method = ConfigurationLoader.yaml(of: explainer)
    return "\(method) \(baseSize) \(flip) \(flipMerge.rawValue) \(normalization.rawValue)"
  }

  public func validate() throws(ConfigurationError) {
    guard !scales.isEmpty, scales.allSatisfy({ $0 > 0 }) else {
      throw .invalid("scales", "is \(scales); list at least one positive scale")
    }
    guard baseSize >= 0 else { throw .invalid("base_size", "is \(baseSize); use 0 or more") }
    guard (0...1).contains(backgroundThreshold) else {
      throw .invalid("background_threshold", "is \(backgroundThreshold); use a number from 0 to 1")
    }
  }
}
