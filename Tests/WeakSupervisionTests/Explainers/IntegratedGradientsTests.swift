import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct IntegratedGradientsTests {
  private func explainer(_ rule: IntegratedGradients.Rule, steps: Int = 20) -> IntegratedGradients {
    var explainer = IntegratedGradients()
    (explainer.rule, explainer.steps) = (rule, steps)
    return explainer
  }

  @Test func matchesCaptum() throws {
    let classifier = try RectifiedClassifier()
    for (rule, name) in [
      (IntegratedGradients.Rule.gaussLegendre, "integrated"), (.midpoint, "integrated.midpoint"),
    ] {
      let expected = try classifier.network.golden[name]
      expectClose(classifier.map(explainer(rule), of: 2), expected, tolerance: 1e-5, name)
    }
  }

  @Test func completenessIsReported() throws {
    let classifier = try RectifiedClassifier()
    let images = classifier.network.images
    var random = Philox(seed: 1, name: "plan")
    func figures(_ steps: Int) throws -> (gain: [Float], error: [Float]) {
      let found = ExplanationPlan([explainer(.midpoint, steps: steps)])(
        images, classes: [2, 0], of: classifier, random: &random)
      let figures = found[0].figures
      return try (#require(figures["gain"]), #require(figures["completeness error"]))
    }
    let (gain, coarse) = try figures(2)
    let (_, fine) = try figures(300)
    let empty = classifier.logits(classifier.features(.zeros(images.shape)))
    let full = try classifier.network.golden["logits"]
    let expected = (full - empty).gathered([2, 0], axis: 1)
    expectClose(Tensor(gain, shape: [2, 2]), expected, tolerance: 1e-5)
    #expect(fine.allSatisfy { $0 < 0.02 } && coarse.contains { $0 > 2 })
  }

  @Test func aLinearNetworkIsExactWithOneStep() {
    for rule in IntegratedGradients.Rule.allCases {
      var one = explainer(rule, steps: 1)
      let images = SmallNetwork.images(2)
      let sums = images.sum(axes: [3]).reshaped(to: [2, 6, 10, 1])
      expectClose(one.maps(images, classes: [1], of: ColorSums()), sums * 2, tolerance: 1e-5)
      one.baseline = .black
      let start = Tensor([-0.485 / 0.229, -0.456 / 0.224, -0.406 / 0.225], shape: [3]).sum()
      expectClose(one.maps(images, classes: [0], of: ColorSums()), sums - start, tolerance: 1e-5)
    }
  }

  @Test func nodesAreThoseOfTheTables() {
    let two = IntegratedGradients.Rule.gaussLegendre.nodes(2)
    #expect(two.map(\.place) == [0.21132487, 0.7886751] && two.map(\.weight) == [0.5, 0.5])
    let three = IntegratedGradients.Rule.gaussLegendre.nodes(3)
    #expect(abs(three[1].place - 0.5) < 1e-7 && abs(three[1].weight - 4 / 9) < 1e-6)
    #expect(abs(three[0].place - 0.11270167) < 1e-7 && abs(three[0].weight - 5 / 18) < 1e-6)
    #expect(IntegratedGradients.Rule.left.nodes(4).map(\.place) == [0, 0.25, 0.5, 0.75])
    #expect(IntegratedGradients.Rule.midpoint.nodes(2).map(\.place) == [0.25, 0.75])
  }
}
