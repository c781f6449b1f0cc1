import Testing
import WeakSupervision

@Suite struct MixtureBackgroundTests {
  @Test func theThresholdIsThatOfScikitLearn() throws {
    let choice = try MixtureBackground().choice(DrawnMaps.sample(DrawnMaps.twoGroups))
    // Values in bins of 1/256 are not quite the values themselves.
    #expect(abs(choice.threshold - 0.42773438) < 0.006)
  }

  @Test func aSingleValueIsNoError() throws {
    let choice = try MixtureBackground().choice(
      DrawnMaps.sample([Float](repeating: 0.5, count: 4000)))
    #expect(0...1 ~= choice.threshold)
  }
}
