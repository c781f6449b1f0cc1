import Autograd
import Imaging
import Testing

@testable import WeakSupervision

@Suite struct LackingBackgroundTests {
  private static let classes = [[0, 2], [1], [0, 1, 3], [2]]

  /// The sums of an image's maps over scales, less their minimum, class by class.
  private func sums(_ index: Int, normalization: MapNormalization) -> [[Float]] {
    var random = Philox(seed: 1, name: "maps")
    let sums = SmallSample.gathering.summed(
      SmallSample.image(index), classes: Array(0..<4), explainer: CAM(), of: SmallNetwork.Explained(),
      random: &random
    ).scalars
    return (0..<4).map { channel in
      let map = stride(from: channel, to: sums.count, by: 4).map { sums[$0] }
      let low = normalization == .max ? 0 : map.min() ?? 0
      return map.map { $0 - low }
    }
  }

  @Test(arguments: [MapNormalization.minmax, .max, .shifted], [0.5, 0.95])
  func theThresholdIsAQuantileOfMapsThatShowNothing(normalization: MapNormalization, share: Double) throws {
    var (gathering, rule) = (SmallSample.gathering, LackingBackground())
    gathering.normalization = normalization
    (rule.share, rule.classes) = (share, 4)
    let choice = try rule.choice(
      SmallSample.sample(Self.classes, SmallSample.network(SmallNetwork.Explained(), gathering)))
    let maps = Self.classes.indices.map { sums($0, normalization: normalization) }
    var values: [Float] = []
    for index in 0..<4 {
      let extents = Self.classes.indices.filter { Self.classes[$0].contains(index) }
        .map { maps[$0][index].max() ?? 0 }.sorted()
      let scale = extents[extents.count / 2]
      // The network shows some classes nowhere, of which there is nothing to learn.
      guard scale > 0 else { continue }
      for image in Self.classes.indices where !Self.classes[image].contains(index) {
        values += maps[image][index].map { min(1, $0 / scale) }
      }
    }
    values.sort()
    try #require(values.count > 1000)
    // Two divisions into bins of 1/256.
    let quantile = values[Int((share * Double(values.count)).rounded(.up)) - 1]
    #expect(abs(choice.threshold - quantile) < 0.012)
    #expect(choice.curve.count == 256 && abs((choice.curve.last?.value ?? 0) - 1) < 1e-9)
  }

  @Test func onlySomeOfTheLackingClassesAreAsked() throws {
    var rule = LackingBackground()
    rule.classes = 1
    let one = try rule.choice(SmallSample.sample(Self.classes))
    rule.classes = 3
    let all = try rule.choice(SmallSample.sample(Self.classes))
    #expect(one.curve != all.curve)
  }

  @Test func imagesThatShowEverythingTellNothing() {
    #expect(throws: BackgroundError.nothingLacking(images: 2)) {
      try LackingBackground().choice(SmallSample.sample([[0, 1, 2, 3], [0, 1, 2, 3]]))
    }
    // No image tells the scale of the classes that are lacking.
    #expect(throws: BackgroundError.nothingLacking(images: 1)) {
      try LackingBackground().choice(SmallSample.sample([[0]]))
    }
    #expect(
      BackgroundError.nothingLacking(images: 2).description
        == "seeds.background: lacking finds no class that some of 2 images show and others lack; look at "
        + "more images, or use another rule")
  }
}
