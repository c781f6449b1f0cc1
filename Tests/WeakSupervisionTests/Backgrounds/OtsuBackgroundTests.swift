import Autograd
import Imaging
import Testing
import WeakSupervision

@Suite struct OtsuBackgroundTests {
  @Test func theThresholdIsThatOfScikitImage() throws {
    let choice = try OtsuBackground().choice(DrawnMaps.sample(DrawnMaps.twoGroups))
    #expect(abs(choice.threshold - 0.46484375) < 1e-6)
    #expect(choice.refinement == choice.threshold && choice.curve.count == 256)
  }

  @Test func everyMapHasTheSameWeight() throws {
    // A large map of low values beside a small one of high values.
    let sample = MapSample(count: 2) { index in
      let (width, value): (Int, Float) = index == 0 ? (100, 0.1) : (2, 0.9)
      return LabelingInput(
        image: Image(width: width, height: 2, color: .white),
        maps: ClassMaps(classes: [0], maps: Tensor(repeating: value, shape: [2, width, 1])))
    }
    let choice = try OtsuBackground().choice(sample)
    #expect(0.1 < choice.threshold && choice.threshold < 0.9)
    let highest = choice.curve.map(\.value).max() ?? 0
    #expect(abs(highest - 0.25 * 0.64) < 2e-2)
  }

  @Test func nothingIsChosenFromNothing() throws {
    #expect(try OtsuBackground().choice(MapSample(count: 0) { _ in preconditionFailure() }).threshold >= 0)
  }
}
