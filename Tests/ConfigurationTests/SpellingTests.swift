import Testing

@testable import Configuration

@Suite struct SpellingTests {
  @Test(arguments: [
    ("learningRate", "learning_rate"), ("useCRF", "use_crf"), ("useCRFTwice", "use_crf_twice"),
    ("seed", "seed"),
    ("layer4Scale", "layer4_scale"), ("URL", "url"), ("warm_up", "warm_up"), ("sampleIDs", "sample_ids"),
  ]) func propertyNamesBecomeKeys(_ property: String, _ key: String) {
    #expect(snakeCase(property) == key)
  }

  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("abc", "", 3), ("lerning", "learning", 1), ("sead", "seed", 1),
    ("name", "nmae", 1), ("kitten", "sitting", 3), ("ABC", "abc", 0),
  ]) func distanceCountsEdits(_ left: String, _ right: String, _ distance: Int) {
    #expect(editDistance(left, right) == distance)
    #expect(editDistance(right, left) == distance)
  }

  @Test func nothingIsSuggestedForStrangers() {
    #expect(nearest(to: "batch", among: ["iterations", "warm_up"]) == nil)
    #expect(nearest(to: "xy", among: ["ab"]) == nil)
    #expect(nearest(to: "iteration", among: ["warm_up", "iterations"]) == "iterations")
  }
}
