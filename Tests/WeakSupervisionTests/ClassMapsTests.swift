import Autograd
import Imaging
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct SeedScoresTests {
  private let maps = Tensor([0.1, 0.2, 0.9, 0.3, 0.5, 0.6], shape: [1, 3, 2])

  @Test func sharesAddUpToOneWithTheBackgroundFirst() {
    let scores = SeedScores(background: 0.4)(maps)
    #expect(scores.shape == [1, 3, 3])
    expectClose(scores.sum(axes: [2]), .ones([1, 3]), tolerance: 1e-5)
    #expect(abs(scores.scalars[0] - 0.4 / 0.7) < 1e-5)
  }

  @Test func labelsAreThoseOfTheThreshold() {
    let labels = SeedScores.labels(SeedScores(background: 0.4)(maps), classes: [4, 11])
    #expect(labels.ids == [0, 5, 12])
    #expect(labels.width == 3 && labels.height == 1)
  }

  @Test func confidenceIsTheLargestShare() {
    let confidence = SeedScores.confidence(Tensor([0.2, 0.5, 0.3, 0.7, 0.1, 0.2], shape: [1, 2, 3]))
    #expect(confidence == [0.5, 0.7])
  }
}
