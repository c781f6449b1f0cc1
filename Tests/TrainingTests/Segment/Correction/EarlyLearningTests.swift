import Foundation
import Testing

@testable import Training

@Suite struct EarlyLearningTests {
  /// Counts 100 pixels of one class, of which some are predicted, the others as background.
  private func count(_ right: Int, of label: Int, in learning: inout EarlyLearning) {
    for pixel in 0..<100 { learning.count(prediction: pixel < right ? label : 0, label: label) }
  }

  @Test func measuresTheUnionOfPredictionsAndLabels() {
    var learning = EarlyLearning(classes: 3)
    count(60, of: 1, in: &learning)
    for _ in 0..<50 { learning.count(prediction: 1, label: 0) }
    for _ in 0..<7 { learning.count(prediction: 1, label: 255) }
    _ = learning.measure(epoch: 0.5, slopeLoss: 0.9)
    #expect(learning.points[1] == [LearningCurve.Point(epoch: 0.5, value: 60.0 / 150)])
    #expect(learning.points[0] == [LearningCurve.Point(epoch: 0.5, value: 0)])
    #expect(learning.points[2].isEmpty)
  }

  /// One class levels off in the first epochs, the other goes on rising.
  @Test func findsTheClassThatLevelsOff() {
    var learning = EarlyLearning(classes: 3)
    var added: [[Int]] = []
    for (flat, rising) in [(30, 8), (52, 16), (59, 24), (60, 32), (60, 40), (60, 48), (60, 56), (60, 64)] {
      count(flat, of: 1, in: &learning)
      count(rising, of: 2, in: &learning)
      added.append(learning.measure(epoch: 0.5 * Double(added.count + 1), slopeLoss: 0.9))
    }
    #expect(learning.isMemorized[1] && !learning.isMemorized[2])
    #expect(added.filter { $0.contains(1) }.count == 1)
  }

  @Test func survivesACheckpoint() throws {
    var learning = EarlyLearning(classes: 2)
    count(33, of: 1, in: &learning)
    _ = learning.measure(epoch: 1.0 / 3, slopeLoss: 0.9)
    count(50, of: 1, in: &learning)
    let data = try JSONEncoder().encode(learning)
    #expect(try JSONDecoder().decode(EarlyLearning.self, from: data) == learning)
  }
}
