import Testing
import WeakSupervision

@Suite struct KneeBackgroundTests {
  @Test func theThresholdIsTheFarthestKneeOfKneed() throws {
    let choice = try KneeBackground().choice(DrawnMaps.sample(DrawnMaps.twoGroups))
    #expect(abs(choice.threshold - 0.3046875) < 1e-6)
    let distance = choice.curve.map(\.value).max() ?? 0
    #expect(abs(distance - 0.3673125) < 1e-6)
    #expect(choice.refinement == choice.threshold && choice.curve.count == 256)
  }

  @Test func areasOfMapsCountOncePerMap() throws {
    // 0.25 everywhere: the area above it is 0, so that the curve is farthest below its chord right behind it.
    let choice = try KneeBackground().choice(DrawnMaps.sample([Float](repeating: 0.25, count: 4000)))
    #expect(choice.threshold == 65.0 / 256)
  }
}
