public import Autograd
public import Configuration
public import Imaging
public import WeakSupervision

/// Stage 2: class activation maps over scales and mirror images.
public struct SeedsOptions: Section {
  @Setting(
    "the network whose maps become seeds, by the method's name; empty: its last; auto: judged without masks")
  public var maps = ""
  @Setting("the method that makes the maps") public var explainer = Choice<Catalog.Explainers>(CAM())
  @Setting("what is asked of the explainer, whichever it is") public var explanation = ExplanationOptions()
  @Setting("side of an image at scale 1, in pixels; 0 keeps its size", 0...4096) public var baseSize = 0
  @Setting(
    "scale factors whose maps are added up",
    .each(.above(0, upTo: 16)), .count(1...16))
  public var scales: [Float] = [1, 0.5, 1.5]
  @Setting("use the mirror image as well") public var flip = true
  @Setting("maximum or sum of a map and its mirror image's") public var flipMerge = FlipMerge.maximum
  @Setting("minmax, max or shifted") public var normalization = MapNormalization.minmax
  @Setting("how the value below which a pixel is background is chosen, by name, with its options")
  public var background = Choice<Catalog.Backgrounds>(FixedBackground())
  @Setting(
    "0: refinement begins with the shares of maps and background; above: with their softmax over this",
    0...1000)
  public var temperature: Float = 0

  public static let moved = [
    "classifier": "seeds.maps",
    "background_threshold": "seeds.background: {name: fixed, threshold: …}",
  ]

  public init() {}

  /// The class probabilities that refinement begins with.
  public func probabilities(_ maps: ClassMaps, _ background: BackgroundChoice) -> Tensor {
    maps.probabilities(background: background.refinement, temperature: temperature)
  }

  /// How the maps of a network are made over these scales.
  private func gathering(scales: [Float]) -> MultiScaleMaps {
    MultiScaleMaps(
      baseSize: baseSize, scales: scales, isFlipped: flip, merge: flipMerge, normalization: normalization)
  }

  /// What decides the maps of a network at scale 1, as text.
  public var atOneScale: String {
    let explainer = ConfigurationLoader.yaml(of: explainer) + ConfigurationLoader.yaml(of: explanation)
    return "\(explainer) \(baseSize) \(flip) \(flipMerge.rawValue) \(normalization.rawValue)"
  }

  /// The feature maps that are explained; an empty name is the last one's.
  public var explainedStages: [String] {
    explanation.stages.isEmpty ? [explainer.component.stage] : explanation.stages
  }

  /// The class maps of an image over `scales`, those of the options without any.
  ///
  /// `explainer`, of which nothing further is asked, takes the place of the options' own; random numbers come
  /// from the stream of `seed` and `id`.
  public func maps(
    _ image: Image, classes: [Int], of classifier: any Classifier, scales: [Float]? = nil,
    explainer: (any Explainer)? = nil, seed: UInt64, id: String
  ) -> ClassMaps {
    var random = Philox(seed: seed, name: "explainer \(id)")
    return gathering(scales: scales ?? self.scales)(
      image, classes: classes, explainer: explainer ?? self.explainer.component,
      options: explainer == nil ? explanation : ExplanationOptions(), of: classifier, random: &random)
  }
}
