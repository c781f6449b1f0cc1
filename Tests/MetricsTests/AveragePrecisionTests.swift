import Autograd
import Metrics
import TestSupport
import Testing

@Suite struct AveragePrecisionTests {
  @Test(arguments: 0..<6)
  func equalsScikitLearn(_ number: Int) throws {
    let golden = try Golden("average-precision")
    let labels = try golden["\(number).labels"].scalars.map { $0 > 0 }
    let value = try #require(
      averagePrecision(scores: try golden["\(number).scores"].scalars, labels: labels))
    #expect(abs(value - Double(try golden["\(number).value"].scalar)) < 1e-6)
  }

  @Test func orderOfEqualScoresDoesNotMatter() {
    #expect(
      averagePrecision(scores: [1.0, 1, 0], labels: [true, false, true])
        == averagePrecision(scores: [1.0, 1, 0], labels: [false, true, true]))
  }

  @Test func withoutPositivesThereIsNone() {
    #expect(averagePrecision(scores: [0.3, 0.9], labels: [false, false]) == nil)
  }

  @Test func meanLeavesOutClassesWithoutPositives() throws {
    let scores: [[Float]] = [[0.9, 0.1, 0.5], [0.2, 0.8, 0.7], [0.5, 0.9, 0.6]]
    let labels = [[true, false, false], [true, true, false], [false, false, false]]
    let mean = try #require(meanAveragePrecision(scores: scores, labels: labels))
    #expect(abs(mean - (0.5 + 1.0 / 3 + 0.5) / 2) < 1e-12)
    #expect(meanAveragePrecision(scores: [[0.5 as Float]], labels: [[false]]) == nil)
  }
}
