import Autograd
public import Configuration
public import Imaging
public import WeakSupervision

/// Stage 2: class activation maps over scales and mirror images.
public struct SeedsOptions: Section, Validatable {
  /// The network whose maps become seeds, by the name that the method gives it; empty for its last one.
  public var maps = ""
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
    "maps": "the network whose maps become seeds, by the method's name for it; empty for its last",
    "explainer": "the method that makes the maps",
    "baseSize": "side of an image at scale 1, in pixels; 0 keeps its size",
    "scales": "scale factors whose maps are added up",
    "flip": "use the mirror image as well",
    "flipMerge": "maximum or sum of a map and its mirror image's",
    "normalization": "minmax, max or shifted",
    "backgroundThreshold": "value below which a pixel is background in refinement and in seed labels",
  ]

  public static let moved = ["classifier": "seeds.maps"]

  public init() {}

  /// How the maps of a network are made over these scales.
  private func gathering(scales: [Float]) -> MultiScaleMaps {
    MultiScaleMaps(
      baseSize: baseSize, scales: scales, isFlipped: flip, merge: flipMerge, normalization: normalization)
  }

  /// What decides the maps of a network at scale 1, as text.
  public var atOneScale: String {
    let explainer = ConfigurationLoader.yaml(of: explainer)
    return "\(explainer) \(baseSize) \(flip) \(flipMerge.rawValue) \(normalization.rawValue)"
  }

  /// The class maps of an image over `scales`, those of the options without any.
  ///
  /// `explainer` takes the place of the options' own; random numbers come from the stream of `seed` and `id`.
  public func maps(
    _ image: Image, classes: [Int], of classifier: any Classifier, scales: [Float]? = nil,
    explainer: (any Explainer)? = nil, seed: UInt64, id: String
  ) -> ClassMaps {
    var random = Philox(seed: seed, name: "explainer \(id)")
    return gathering(scales: scales ?? self.scales)(
      image, classes: classes, explainer: explainer ?? self.explainer.component, of: classifier,
      random: &random)
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
