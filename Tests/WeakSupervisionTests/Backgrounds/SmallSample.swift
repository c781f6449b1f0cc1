import Autograd
import Imaging
import Models

@testable import WeakSupervision

/// Pictures with the maps of a small network, for rules that ask it.
enum SmallSample {
  static let gathering = MultiScaleMaps(
    baseSize: 0, scales: [1, 0.5], isFlipped: true, merge: .maximum, normalization: .minmax)

  /// The network behind the maps.
  static func network(
    _ classifier: any Classifier = SmallNetwork.Explained(), classes: Int = SmallNetwork.classes,
    _ gathering: MultiScaleMaps = gathering
  ) -> MapNetwork {
    MapNetwork(classifier, classCount: classes, explainer: CAM(), gathering: gathering, seed: 3)
  }

  /// A picture of 24 × 16 pixels, another for every index.
  static func image(_ index: Int) -> Image {
    var random = Philox(seed: 21, name: "picture", step: index)
    let pixels = (0..<24 * 16).flatMap { pixel -> [UInt8] in
      let ground = UInt8(40 + 3 * (pixel % 24) + random.integer(in: 0..<60))
      return [ground, UInt8(random.integer(in: 0..<256)), 200 - ground]
    }
    return Image(width: 24, height: 16, pixels: pixels)
  }

  /// The maps that become seeds.
  static func maps(
    _ image: Image, _ classes: [Int], of classifier: any Classifier = SmallNetwork.Explained()
  ) -> ClassMaps {
    var random = Philox(seed: 1, name: "maps")
    return gathering(image, classes: classes, explainer: CAM(), of: classifier, random: &random)
  }

  /// As many images as there are lists of classes.
  static func sample(_ classes: [[Int]], _ network: MapNetwork = network()) -> MapSample {
    MapSample(count: classes.count, network: network) { index in
      LabelingInput(image: image(index), maps: maps(image(index), classes[index], of: network.classifier))
    }
  }
}
