import Autograd
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct AblationCAMTests {
  /// With a linear head on average pooling, without a channel the score lacks W[c, k] mean(A_k).
  @Test func weightsAreSharesOfTheScoreForALinearHead() {
    let small = SmallNetwork()
    let network = SmallNetwork.Explained(network: small)
    let images = SmallNetwork.images(2)
    let map = network.features(images).last
    let means = map.mean(axes: [1, 2])
    let scores = means.linear(small.classifier)
    let found = AblationCAM().maps(images, classes: [0, 1, 2, 3], of: network)
    for index in 0..<4 {
      let weights =
        means * small.classifier.slice(axis: 0, index..<index + 1)
        / scores.slice(axis: 1, index..<index + 1).absoluteValue()
      let expected = (weights.reshaped(to: [2, 1, 1, 5]) * map).sum(axes: [3], keepingAxes: true).relu()
      expectClose(found.gathered([index], axis: 3), expected, tolerance: tolerance(terms: 200))
    }
  }

  @Test func theBackboneRunsOnce() {
    let counter = CountingClassifier(SmallNetwork.Explained(power: 2))
    _ = AblationCAM().maps(SmallNetwork.images(2), classes: [0, 1], of: counter)
    #expect(counter.forward.values == [2])
  }

  @Test func aChannelThatIsTheSameEverywhereKeepsNothingOfItsMeanBack() {
    let map = Tensor([2, 1, 2, 3, 2, 0.5], shape: [1, 1, 3, 2])
    let network = FixedMap(channels: 2)
    var explainer = AblationCAM()
    explainer.replacement = .mean
    let found = explainer.maps(map, classes: [0], of: network)
    let whole = network.logits(network.features(map)).scalars[0]
    let evened = Tensor([2, 1.5, 2, 1.5, 2, 1.5], shape: [1, 1, 3, 2])
    let weight = (whole - network.logits(network.features(evened)).scalars[0]) / abs(whole)
    let expected = (map.gathered([1], axis: 3) * weight).relu()
    expectClose(found, expected, tolerance: tolerance(terms: 100))
  }

  @Test func aScoreOfZeroGivesAFiniteMap() {
    let nothing = Target("nothing") { logits, _ in .zeros([logits.shape[0]]) }
    var random = Philox(seed: 1)
    let plan = ExplanationPlan([AblationCAM()], target: nothing)
    let found = plan(
      SmallNetwork.images(1), classes: [1], of: SmallNetwork.Explained(), random: &random)[0]
    #expect(found.flaws == [[.empty]])
  }
}
