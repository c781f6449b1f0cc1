import Autograd
import TestSupport
import Testing

@testable import Training

@Suite struct ScaleMergeTests {
  /// Scores of one pixel in two classes.
  private func scores(_ first: Float, _ second: Float) -> Tensor {
    Tensor([first, second], shape: [1, 1, 2])
  }

  @Test func oneViewGivesItsProbabilities() {
    let view = scores(1, 3)
    for merge in ScaleMerge.allCases {
      #expect(merge.probabilities([[view]]).scalars == view.softmax().scalars)
    }
  }

  @Test func meanIsThatOfProbabilities() {
    let (a, b, c) = (scores(1, 3), scores(2, 0), scores(0, 5))
    let expected = (a.softmax() + b.softmax() + c.softmax()) * (1 / 3)
    expectClose(ScaleMerge.mean.probabilities([[a], [b, c]]), expected, tolerance: tolerance(terms: 3))
  }

  @Test func maximumIsThatOfTheScalesSums() {
    // Sums of the scales: (3, 3) and (0, 5).
    let merged = ScaleMerge.maximum.probabilities([[scores(1, 3), scores(2, 0)], [scores(0, 5)]])
    expectClose(merged, scores(3, 5).softmax(), tolerance: tolerance(terms: 1))
  }
}
