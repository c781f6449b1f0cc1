import Autograd
import Imaging
import Testing

@testable import WeakSupervision

@Suite struct AgreementBackgroundTests {
  /// The mean intersection over union of discs and background with the true discs at a threshold.
  private func quality(_ sample: MapSample, _ threshold: Float) throws -> Double {
    let ratios = try sample.map { input -> [Double] in
      let truth = DrawnMaps.truth(input.image)
      let shown = input.maps.maps.scalars.map { $0 > threshold }
      return [true, false].map { side in
        let both = zip(truth, shown).count { $0 == side && $1 == side }
        let either = zip(truth, shown).count { $0 == side || $1 == side }
        return Double(both) / Double(max(1, either))
      }
    }
    return ratios.flatMap(\.self).reduce(0, +) / Double(2 * ratios.count)
  }

  @Test(arguments: [4.0, 6, 10], [3.0, 5])
  func theThresholdIsNearTheBestOneWhateverTheSize(radius: Double, blur: Double) throws {
    let sample = DrawnMaps.discs(radius: radius, blur: blur)
    let choice = try AgreementBackground().choice(sample)
    let qualities = try (1..<20).map { try quality(sample, Float($0) / 20) }
    let best = qualities.max() ?? 0
    #expect(try quality(sample, choice.threshold) > best - 0.1)
    #expect(choice.refinement == 0.5)
    #expect(choice.curve.count == 96 && choice.criterion.hasPrefix("mIoU with its regions refined from 0."))
  }

  @Test func smallerThingsGetHigherThresholds() throws {
    let small = try AgreementBackground().choice(DrawnMaps.discs(radius: 4, blur: 5))
    let large = try AgreementBackground().choice(DrawnMaps.discs(radius: 14, blur: 5))
    #expect(small.threshold > large.threshold)
  }

  @Test func refinementMayBeginAtTheThresholdOfOtsu() throws {
    let sample = DrawnMaps.discs(radius: 6, blur: 5)
    var rule = AgreementBackground()
    rule.refinement = .otsu
    let (choice, otsu) = try (rule.choice(sample), OtsuBackground().choice(sample))
    #expect(choice.refinement == otsu.threshold)
    #expect(try choice.threshold == AgreementBackground().choice(sample).threshold)
  }

  @Test func imagesWithoutClassesChooseTheStart() throws {
    let sample = MapSample(count: 2) { _ in
      LabelingInput(image: Image(width: 4, height: 3, color: .white), maps: .none(height: 3, width: 4))
    }
    #expect(try AgreementBackground().choice(sample) == BackgroundChoice(0.5))
  }

  @Test func aSampleIsSpreadOverTheList() throws {
    let sample = MapSample(count: 10) { index in
      LabelingInput(
        image: Image(width: 1, height: 1, color: .white),
        maps: ClassMaps(classes: [index], maps: Tensor([0.5], shape: [1, 1, 1])))
    }
    #expect(try sample.spread(3).map { $0.maps.classes[0] } == [0, 3, 6])
    #expect(try sample.spread(20).map { $0.maps.classes[0] } == Array(0..<10))
  }

  @Test func agreementIsThatOfBruteForce() throws {
    // Two images of two classes; labels that differ from the maps in places.
    let values: [Float] = (0..<48).map { Float($0 * 37 % 101) / 100 }
    let labels: [UInt8] = (0..<24).map { [0, 1, 4, 0, 4][$0 % 5] }
    let maps = ClassMaps(classes: [0, 3], maps: Tensor(values, shape: [4, 6, 2]))
    let other = ClassMaps(classes: [3], maps: Tensor((0..<24).map { Float($0) / 24 }, shape: [4, 6, 1]))
    let otherLabels: [UInt8] = (0..<24).map { $0 > 15 ? 4 : 0 }
    var agreement = RegionAgreement(maps, LabelMap(width: 6, height: 4, ids: labels))
    agreement.add(RegionAgreement(other, LabelMap(width: 6, height: 4, ids: otherLabels)))
    for point in agreement.curve {
      var (both, either) = ([UInt8: Int](), [UInt8: Int]())
      for (maps, labels) in [(maps, labels), (other, otherLabels)] {
        let depth = maps.classes.count
        for (pixel, label) in labels.enumerated() {
          let scores = Array(maps.maps.scalars[pixel * depth..<(pixel + 1) * depth])
          let strongest = scores.indices.max { scores[$0] < scores[$1] } ?? 0
          let shown = scores[strongest] > point.threshold ? UInt8(maps.classes[strongest] + 1) : 0
          if shown == label { both[label, default: 0] += 1 }
          for id in Set([shown, label]) { either[id, default: 0] += 1 }
        }
      }
      let mean = either.reduce(0) { $0 + Double(both[$1.key] ?? 0) / Double($1.value) } / Double(either.count)
      #expect(abs(point.value - mean) < 1e-12)
    }
  }
}
