import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct AttentionRelevanceTests {
  @Test func matchesTheWorkedExample() {
    let expected: [[Float]] = [
      [1.05, 0.212, 0.075], [0.0327, 1.0636, 0.06225], [0.023, 0.069, 1.15],
    ]
    for (index, values) in expected.enumerated() {
      let row = AttentionRelevance.relevance(
        AttentionFixture.attention, AttentionFixture.gradients, from: AttentionFixture.row(index))
      expectClose(row, Tensor(values, shape: [1, 1, 3]), tolerance: 1e-6)
    }
  }

  @Test func matchesPyTorch() throws { try expectGoldenAttention(AttentionRelevance(), "relevance") }

  /// All methods of attention and a map of tokens from one pass forward.
  @Test func onePassServesAll() {
    let classifier = AttendingClassifier.ofFormula(readsClassToken: false)
    let explainers: [any Explainer] = [
      AttentionRollout(), AttentionRelevance(), AttentionGradCAM(), LeGrad(), GradCAM(), PixelGradient(),
    ]
    var random = Philox(seed: 1, name: "plan")
    let images = formulaImages(2, 48, 48)
    let found = ExplanationPlan(explainers)(images, classes: [2, 0], of: classifier, random: &random)
    #expect(classifier.passes.values == [-2])
    for (explainer, explanation) in zip(explainers, found) {
      let alone = explainer.maps(images, classes: [2, 0], of: classifier)
      #expect(relativeError(explanation.maps, alone) < 1e-4, "\(explanation.method)")
      let isFound = explanation.flaws.joined().allSatisfy { $0 != .noGradient && $0 != .notFinite }
      #expect(isFound, "\(explanation.method)")
    }
  }
}
