import Autograd
import Imaging

/// The network behind class maps, for rules that look at more than the maps that became seeds.
public struct MapNetwork {
  /// The network.
  public let classifier: any Classifier
  /// The number of classes, without the background.
  public let classCount: Int
  private let explainer: any Explainer
  private let options: ExplanationOptions
  private let gathering: MultiScaleMaps
  private let seed: UInt64

  /// The network whose maps of `classCount` classes `explainer`, asked with `options`, and `gathering` make;
  /// random numbers come from a stream of `seed`.
  public init(
    _ classifier: any Classifier, classCount: Int, explainer: any Explainer,
    options: ExplanationOptions = ExplanationOptions(), gathering: MultiScaleMaps, seed: UInt64
  ) {
    self.classifier = classifier
    self.classCount = classCount
    self.explainer = explainer
    self.options = options
    self.gathering = gathering
    self.seed = seed
  }

  /// The maps, `[height, width, classes]` at the image's size, that its mirror image gives at `scale` times
  /// the scales of the seeds, turned back.
  func mirrored(_ image: Image, classes: [Int], scale: Float) -> ClassMaps {
    var gathering = gathering
    gathering.scales = gathering.scales.map { $0 * scale }
    var random = Philox(seed: seed, name: "explainer background")
    let maps = gathering(
      image.flippedHorizontally, classes: classes, explainer: explainer, options: options, of: classifier,
      random: &random)
    return ClassMaps(classes: classes, maps: maps.maps.flipped(axis: 1))
  }

  /// The maps of classes before each is divided by its own extent, not below 0, with that extent.
  ///
  /// Of an image that shows the class, map over extent is what became its seed.
  func unscaled(_ image: Image, classes: [Int]) -> [(map: [Float], extent: Float)] {
    var random = Philox(seed: seed, name: "explainer background")
    let sums = gathering.summed(
      image, classes: classes, explainer: explainer, options: options, of: classifier, random: &random)
    return classes.indices.map { index in
      let values = sums.gathered([index], axis: 2)
      let low = gathering.normalization == .max ? 0 : values.minimum().scalar
      let map = values.scalars.map { $0 - low }
      return (map, map.max() ?? 0)
    }
  }
}
