import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct AttentionGradCAMTests {
  @Test func matchesPyTorch() throws { try expectGoldenAttention(AttentionGradCAM(), "grad-cam") }

  /// Nothing behind the last block reads the class token of a classifier of patches.
  @Test func aRowThatNothingReadsGivesAnEmptyMap() {
    var explainer = AttentionGradCAM()
    explainer.rows = .classToken
    var random = Philox(seed: 1, name: "plan")
    let found = ExplanationPlan([explainer])(
      formulaImages(1, 48, 48), classes: [0], of: AttendingClassifier.ofFormula(readsClassToken: false),
      random: &random)
    #expect(found[0].flaws == [[.empty]])
  }
}
