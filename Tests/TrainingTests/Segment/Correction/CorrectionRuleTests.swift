import Autograd
import Testing

@testable import Training

@Suite struct CorrectionRuleTests {
  /// One row of pixels of each of two images; three classes, of which the second and the third can be held.
  private func labels(
    _ masks: [Float], _ probabilities: [[Float]], held: [Float], memorized: [Bool], confidence: Float = 0.8
  ) -> [Float] {
    let pixels = masks.count / 2
    return CorrectionRule(isMemorized: memorized, confidence: confidence).labels(
      Tensor(masks, shape: [2, 1, pixels]),
      probabilities: Tensor(probabilities.flatMap { $0 }, shape: [2, 1, pixels, 3]),
      held: Tensor(held, shape: [2, 2])
    ).scalars
  }

  private let sureOfTwo: [Float] = [0.05, 0.05, 0.9]
  private let sureOfBackground: [Float] = [0.9, 0.05, 0.05]
  private let unsure: [Float] = [0.1, 0.1, 0.8]

  @Test func labelsOfMemorisedClassesGiveWay() {
    let corrected = labels(
      [0, 1, 2, 255, 1, 1], [sureOfTwo, sureOfTwo, sureOfTwo, sureOfTwo, sureOfTwo, sureOfTwo],
      held: [1, 1, 1, 1], memorized: [false, true, false])
    #expect(corrected == [0, 2, 2, 255, 2, 2])
  }

  @Test func classesThatTheImageLacksDoNotCount() {
    let corrected = labels(
      [1, 1, 1, 1], [sureOfTwo, sureOfBackground, sureOfTwo, sureOfBackground], held: [1, 0, 1, 1],
      memorized: [false, true, false])
    #expect(corrected == [1, 0, 2, 0])
  }

  @Test func probabilitiesUpToTheConfidenceDoNotCount() {
    let corrected = labels(
      [1, 1, 0, 0], [unsure, sureOfTwo, unsure, sureOfTwo], held: [1, 1, 1, 1], memorized: [true, true, true])
    #expect(corrected == [1, 2, 0, 2])
  }
}
