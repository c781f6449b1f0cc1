import Autograd
import Foundation
import Imaging
import Models
import Testing
import WeakSupervision

/// What is left of a class's score in masked pictures, against a computation pixel by pixel.
@Suite struct MapEvidenceTests {
  /// A picture with a red block on the left and a green one on the right of a grey ground.
  private static let image: Image = {
    var image = Image(width: 10, height: 6, color: Color(90, 90, 90))
    for y in 1..<5 {
      for x in 1..<4 { image[x, y] = Color(255, UInt8(10 * x), 0) }
      for x in 6..<9 { image[x, y] = Color(0, 255, UInt8(20 * y)) }
    }
    return image
  }()

  /// A map that falls from left to right, by class, with equal values in each column.
  private static func ramp(_ classes: [Int], rising: Bool = false) -> ClassMaps {
    let column = { (x: Int) in Float(rising ? x : 9 - x) / 9 }
    let values = (0..<60).flatMap { pixel in classes.map { _ in column(pixel % 10) } }
    return ClassMaps(classes: classes, maps: Tensor(values, shape: [6, 10, classes.count]))
  }

  /// The probability of class 0 or 1 where the pixels of `region` are the picture's and the others those of
  /// its blurred copy, or the other way round.
  private func expected(_ index: Int, _ region: (_ x: Int) -> Bool, isKept: Bool) -> Double {
    let (own, blurred) = (Self.image, Self.image.blurred(radius: 1))
    var sum = 0.0
    for y in 0..<6 {
      for x in 0..<10 {
        let source = region(x) == isKept ? own : blurred
        sum += Double(source.pixels[3 * (10 * y + x) + index]) / 255
      }
    }
    return ColorMean.probability(sum / 60)
  }

  @Test func equalsAComputationPixelByPixel() throws {
    var evidence = MapEvidence()
    evidence.areas = [0.2, 0.5]
    let found = evidence(Self.image, Self.ramp([0, 1]), of: ColorMean())
    #expect(found.map(\.classIndex) == [0, 1])
    for item in found {
      let whole = expected(item.classIndex, { _ in true }, isKept: true)
      for (index, columns) in [2, 5].enumerated() {
        let region = { (x: Int) in x < columns }
        let kept = expected(item.classIndex, region, isKept: true) / whole
        let removed = expected(item.classIndex, region, isKept: false) / whole
        #expect(abs(Double(item.kept[index]) - kept) < 1e-5)
        #expect(abs(Double(item.removed[index]) - removed) < 1e-5)
      }
      let mean = (item.kept[0] - item.removed[0] + item.kept[1] - item.removed[1]) / 2
      #expect(abs(item.difference - mean) < 1e-6)
    }
    // The red block is where the map is high, the green one where it is low.
    #expect(found[0].difference > found[1].difference)
  }

  @Test func aMapTurnedRoundSwapsWhatIsKeptAndRemoved() throws {
    var evidence = MapEvidence()
    evidence.areas = [0.5]
    let one = try #require(evidence(Self.image, Self.ramp([0]), of: ColorMean()).first)
    let other = try #require(evidence(Self.image, Self.ramp([0], rising: true), of: ColorMean()).first)
    #expect(one.kept == other.removed && one.removed == other.kept && one.kept != one.removed)
  }

  @Test func ofEqualValuesTheFirstPixelsCount() throws {
    var evidence = MapEvidence()
    evidence.areas = [1 / 6]
    let flat = ClassMaps(classes: [0], maps: .zeros([6, 10, 1]))
    let found = try #require(evidence(Self.image, flat, of: ColorMean()).first)
    let (own, blurred) = (Self.image, Self.image.blurred(radius: 1))
    let red = (0..<60).map { Double(($0 < 10 ? own : blurred).pixels[3 * $0]) / 255 }
    let whole = expected(0, { _ in true }, isKept: true)
    #expect(abs(Double(found.kept[0]) - ColorMean.probability(red.reduce(0, +) / 60) / whole) < 1e-5)
  }

  @Test func classesThatTheClassifierDoesNotSeeAreLeftOut() {
    // There is less blue than the classifier asks for.
    #expect(MapEvidence()(Self.image, Self.ramp([0, 2]), of: ColorMean()).map(\.classIndex) == [0])
    #expect(MapEvidence()(Self.image, Self.ramp([2]), of: ColorMean()).isEmpty)
    #expect(MapEvidence()(Self.image, .none(height: 6, width: 10), of: ColorMean()).isEmpty)
  }

  @Test(arguments: [(4, 1, 4, 2), (256, 4, 12, 8), (5, 8, 8, 8)])
  func picturesAreAtMostAsLargeAsAsked(side: Int, multiple: Int, width: Int, height: Int) {
    var evidence = MapEvidence()
    evidence.side = side
    let sizes = Sizes()
    _ = evidence(Self.image, Self.ramp([0]), of: ColorMean(inputMultiple: multiple, sizes: sizes))
    #expect(Set(sizes.found) == [[height, width]])
  }

  /// The sizes of the pictures that a classifier was asked about.
  private final class Sizes {
    var found: [[Int]] = []
  }

  /// A classifier of red, green and blue: the score of each is its mean over the picture, scaled and shifted.
  private struct ColorMean: Classifier {
    var inputMultiple = 1
    var sizes: Sizes?

    static func probability(_ mean: Double) -> Double { 1 / (1 + exp(3 - 8 * mean)) }

    var stages: [BackboneStage] { [BackboneStage("image", channels: 3, stride: 1)] }
    var normalization: Normalization { .unit }

    func features(_ images: Tensor) -> FeatureMaps {
      sizes?.found.append([images.shape[1], images.shape[2]])
      var features = FeatureMaps()
      features.append("image", images)
      return features
    }

    func logits(_ features: FeatureMaps) -> Tensor { features.last.globalAveragePool() * 8 - 3 }
    func classMaps(_ features: FeatureMaps) -> Tensor { features.last }
  }
}
