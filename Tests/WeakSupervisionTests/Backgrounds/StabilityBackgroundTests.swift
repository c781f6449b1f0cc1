import Autograd
import Imaging
import Testing

@testable import WeakSupervision

@Suite struct StabilityBackgroundTests {
  private static let classes = [[0, 2], [1], [3], []]

  @Test func theCurveIsThatOfBruteForce() throws {
    let choice = try StabilityBackground().choice(SmallSample.sample(Self.classes))
    // The second view, from its definition: half and three eighths of the mirror image, turned back.
    let small = MultiScaleMaps(
      baseSize: 0, scales: [0.75, 0.375], isFlipped: true, merge: .maximum, normalization: .minmax)
    let pairs = Self.classes.enumerated().filter { !$0.element.isEmpty }.map { index, classes in
      var random = Philox(seed: 1, name: "maps")
      let image = SmallSample.image(index)
      let view = small(
        image.flippedHorizontally, classes: classes, explainer: CAM(), of: SmallNetwork.Explained(),
        random: &random)
      return (
        classes, SmallSample.maps(image, classes).maps.scalars, view.maps.flipped(axis: 1).scalars
      )
    }
    func label(_ classes: [Int], _ values: ArraySlice<Float>, _ threshold: Float) -> Int {
      let best = values.max() ?? 0
      let channel = (values.firstIndex(of: best) ?? 0) - values.startIndex
      return best > threshold ? classes[channel] + 1 : 0
    }
    for point in choice.curve {
      var (both, either) = ([Int: Int](), [Int: Int]())
      for (classes, own, other) in pairs {
        for start in stride(from: 0, to: own.count, by: classes.count) {
          let first = label(classes, own[start..<start + classes.count], point.threshold)
          let second = label(classes, other[start..<start + classes.count], point.threshold)
          if first == second { both[first, default: 0] += 1 }
          for id in Set([first, second]) { either[id, default: 0] += 1 }
        }
      }
      let mean = either.reduce(0) { $0 + Double(both[$1.key] ?? 0) / Double($1.value) } / Double(either.count)
      #expect(abs(point.value - mean) < 1e-12)
    }
    let best = choice.curve.map(\.value).max()
    #expect(choice.curve.first { $0.value == best }?.threshold == choice.threshold)
    #expect(choice.curve.count == 96 && best != choice.curve[0].value)
  }

  @Test func aViewOfTheSameSizeMovesNothing() throws {
    let network = SmallSample.network()
    let image = SmallSample.image(0)
    let (own, view) = (
      SmallSample.maps(image, [1, 2]), network.mirrored(image, classes: [1, 2], scale: 1)
    )
    #expect(zip(own.maps.scalars, view.maps.scalars).allSatisfy { abs($0 - $1) < 1e-4 })
  }
}
