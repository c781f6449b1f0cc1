import Autograd
import Foundation
import Imaging
import Models
import Testing

@testable import WeakSupervision

@Suite struct EvidenceBackgroundTests {
  /// A picture with a red block on grey ground, and a map that falls from its middle.
  private static func input(_ shift: Int) -> LabelingInput {
    var image = Image(width: 20, height: 12, color: Color(90, 90, 90))
    for y in 3..<9 { for x in 4 + shift..<10 + shift { image[x, y] = Color(255, 0, 0) } }
    let values = (0..<240).map { pixel -> Float in
      let (x, y) = (Double(pixel % 20) - 6.5 - Double(shift), Double(pixel / 20) - 5.5)
      return Float(exp(-(x * x + y * y) / 20))
    }
    return LabelingInput(
      image: image, maps: ClassMaps(classes: [0], maps: Tensor(values, shape: [12, 20, 1])))
  }

  private static func sample(_ classifier: any Classifier) -> MapSample {
    MapSample(count: 3, network: SmallSample.network(classifier, classes: 3)) { input($0) }
  }

  /// The share of the score that is left at a threshold, pixel by pixel.
  private func left(_ threshold: Float, isKept: Bool) -> Double {
    let shares = (0..<3).map { shift -> Double in
      let input = Self.input(shift)
      let blurred = input.image.blurred(radius: 2)
      func score(_ shows: (Int) -> Bool) -> Double {
        let red = (0..<240).map { pixel -> Double in
          let own = input.image.pixels[3 * pixel]
          return Double(shows(pixel) ? own : blurred.pixels[3 * pixel]) / 255
        }
        return Peak.probability(red.max() ?? 0)
      }
      let map = input.maps.maps.scalars
      return score { (map[$0] > threshold) == isKept } / score { _ in true }
    }
    return shares.reduce(0, +) / 3
  }

  @Test func thresholdsAreThoseOfBruteForce() throws {
    var rule = EvidenceBackground()
    rule.side = 20
    let choice = try rule.choice(Self.sample(Peak()))
    let (kept, removed) = (
      EvidenceBackground.thresholds.map { left($0, isKept: true) },
      EvidenceBackground.thresholds.map { left($0, isKept: false) }
    )
    for (index, point) in choice.curve.enumerated() {
      #expect(abs(point.value - (kept[index] - removed[index])) < 1e-4)
    }
    // The last crossing of a line through the measured points, on a fine grid.
    func crossing(_ values: [Double], _ holds: (Double) -> Bool) -> Double? {
      (0...10_000).map { Double($0) / 10_000 }.last { place in
        let index = min(9, Int(place * 10))
        let part = place * 10 - Double(index)
        return holds(values[index] + part * (values[index + 1] - values[index]))
      }
    }
    let keep = try #require(crossing(kept) { $0 >= rule.kept })
    let remove = try #require(crossing(removed) { $0 <= rule.removed })
    #expect(keep != remove && abs(Double(choice.threshold) - (keep + remove) / 2) < 1e-3)
  }

  @Test func theLastCrossingOfALineIsFound() {
    #expect(EvidenceBackground.last([1, 1, 1, -1, -1, -1, -1, -1, -1, -1, -1]) == 0.25)
    #expect(EvidenceBackground.last([1, -1, 0.5, -0.5, -1, -1, -1, -1, -1, -1, -1]) == 0.25)
    #expect(EvidenceBackground.last([Double](repeating: -1, count: 11)) == nil)
    // Nothing is left in the region of the last threshold, so that it cannot be what keeps a score.
    #expect(EvidenceBackground.last([Double](repeating: 1, count: 11)) == nil)
  }

  @Test func aClassifierThatSeesNothingOrEverythingIsSaid() {
    #expect(throws: BackgroundError.nothingSeen(images: 3)) {
      try EvidenceBackground().choice(Self.sample(Peak(shift: -100)))
    }
    #expect(throws: BackgroundError.noEvidence(images: 3)) {
      try EvidenceBackground().choice(Self.sample(Peak(shift: 100)))
    }
    #expect(
      BackgroundError.nothingSeen(images: 3).description
        == "seeds.background: evidence finds no class that the classifier sees in 3 images; train longer, or "
        + "use another rule")
    #expect(
      BackgroundError.noEvidence(images: 3).description
        == "seeds.background: evidence finds no region that keeps the score or takes it away in 3 images; "
        + "change kept or removed, or use another rule")
  }

  /// A classifier of red, green and blue: the score of each is its largest value, scaled and shifted.
  private struct Peak: Classifier {
    var shift: Float = 0
    static func probability(_ value: Double) -> Double { 1 / (1 + exp(27 - 30 * value)) }

    var stages: [BackboneStage] { [BackboneStage("image", channels: 3, stride: 1)] }
    var inputMultiple: Int { 1 }
    var normalization: Normalization { .unit }

    func features(_ images: Tensor) -> FeatureMaps {
      var features = FeatureMaps()
      features.append("image", images)
      return features
    }

    func logits(_ features: FeatureMaps) -> Tensor {
      features.last.maximum(axes: [1, 2]) * 30 - 27 + shift
    }
    func classMaps(_ features: FeatureMaps) -> Tensor { features.last }
  }
}
