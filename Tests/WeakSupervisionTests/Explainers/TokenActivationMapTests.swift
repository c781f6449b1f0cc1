import Autograd
import Imaging
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct TokenActivationMapTests {
  private let scores = Tensor([3, 1, 1, 1, -2, 0, 2, -1], shape: [4, 2])

  /// M = (3, 1, 0, 2), I = (1, 1, 0, 0): twice I is taken away. The other class owes nothing to the first.
  @Test func interferenceMatchesTheWorkedExample() {
    let activations = Tensor([1, 0, 1, 1], shape: [2, 2])
    let kept = TokenActivationMap.withoutInterference(scores.relu(), activations)
    expectClose(kept, Tensor([1, 1, 0, 1, 0, 0, 2, 0], shape: [4, 2]), tolerance: 1e-6)
  }

  /// The mean of the scores under each map: 14 / 6 and 2 / 6 of the first, 4 / 2 and 1 of the second.
  @Test func classesActivateEachOtherAsTheirMapsOverlap() {
    let found = TokenActivationMap.activations(scores)
    expectClose(found, Tensor([14.0 / 6, 2.0 / 6, 2, 1], shape: [2, 2]), tolerance: 1e-6)
    let empty = TokenActivationMap.activations(Tensor(repeating: -1, shape: [4, 2]))
    #expect(empty.scalars == [0, 0, 0, 0])
  }

  private func map(_ classifier: TokenScores, _ classes: [Int]) -> [Float] {
    var explainer = TokenActivationMap()
    explainer.filter = false
    return explainer.maps(scores.reshaped(to: [1, 2, 2, 2]), classes: classes, of: classifier).scalars
  }

  @Test func classTokensSayWhatActivatesWhat() {
    let none = Tensor.zeros([1, 2, 2])
    #expect(map(TokenScores(tokens: none), [0, 1]) == [3, 1, 1, 1, 0, 0, 2, 0])
    let second = TokenScores(tokens: Tensor([0, 0, 5, 0], shape: [1, 2, 2]))
    expectClose(
      Tensor(map(second, [0, 1]), shape: [8]), Tensor([1, 1, 0, 1, 0, 0, 2, 0], shape: [8]), tolerance: 1e-5)
    expectClose(
      Tensor(map(second, [1, 0]), shape: [8]), Tensor([1, 1, 1, 0, 0, 0, 0, 2], shape: [8]), tolerance: 1e-5)
  }

  @Test func scoresServeWhereThereAreNoClassTokens() {
    let found = map(TokenScores(tokens: nil), [0, 1])
    let expected = TokenActivationMap.withoutInterference(
      scores.relu(), Tensor([0, 1.0 / 3, 2, 0], shape: [2, 2]))
    expectClose(Tensor(found, shape: [4, 2]), expected, tolerance: 1e-5)
    #expect(map(TokenScores(tokens: nil), [1]) == [1, 1, 0, 0])
  }

  @Test func theFilterIsThatOfRanks() {
    let classifier = TokenScores(tokens: nil)
    let images = Sample.tensor("images", [2, 3, 4, 2])
    let found = TokenActivationMap().maps(images, classes: [0], of: classifier)
    let expected = RankGaussianFilter.filtered(images.slice(axis: 3, 0..<1).relu())
    expectClose(found, expected, tolerance: 1e-6)
  }
}

/// A classifier whose class maps are its input.
private struct TokenScores: Classifier {
  let tokens: Tensor?
  var stages: [BackboneStage] { [BackboneStage("map", channels: 2, stride: 1)] }
  var inputMultiple: Int { 1 }
  var normalization: Normalization { .imageNet }

  func features(_ images: Tensor) -> FeatureMaps {
    var features = FeatureMaps()
    features.append("map", images)
    return features
  }

  func logits(_ features: FeatureMaps) -> Tensor { features.last.globalAveragePool() }

  func classMaps(_ features: FeatureMaps) -> Tensor { features.last }

  func tokenScores(_ features: FeatureMaps) -> Tensor? { tokens }
}
