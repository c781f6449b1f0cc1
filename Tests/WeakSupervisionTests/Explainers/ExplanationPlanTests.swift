import Autograd
import Configuration
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct ExplanationPlanTests {
  private func explained(
    _ explainers: [any Explainer], _ classifier: any Classifier, images: Int = 2, target: Target = .logit
  ) -> [Explanation] {
    var random = Philox(seed: 4, name: "plan")
    return ExplanationPlan(explainers, target: target)(
      SmallNetwork.images(images), classes: [2, 0, 3], of: classifier, random: &random)
  }

  private func early(_ stage: String) -> LayerCAM {
    var explainer = LayerCAM()
    explainer.stage = stage
    return explainer
  }

  @Test func onePassForwardAndBackwardServesAllOfTheLastMap() {
    let counter = CountingClassifier(SmallNetwork.Explained(power: 2))
    _ = explained([CAM(), GradCAM(), LayerCAM()], counter)
    #expect(counter.forward.values == [2])
    #expect(counter.backward.values == [6])
    #expect(counter.toImages.values == [])
  }

  @Test func onePassForwardServesEarlierMapsToo() {
    let counter = CountingClassifier(SmallNetwork.Explained(power: 2))
    _ = explained([early("first"), GradCAM(), early("second")], counter)
    #expect(counter.forward.values == [2])
    // Once for each class, with both images.
    #expect(counter.backward.values == [2, 2, 2])
    #expect(counter.toImages.values == [])
  }

  @Test func togetherEqualsAlone() {
    let network = SmallNetwork.Explained(power: 2)
    let explainers: [any Explainer] = [early("first"), CAM(), GradCAM(), LayerCAM()]
    let together = explained(explainers, network)
    for (explainer, found) in zip(explainers, together) {
      let alone = explained([explainer], network)[0]
      expectClose(found.maps, alone.maps, tolerance: tolerance(terms: 54), found.method)
      #expect(found.method == alone.method && found.stages == alone.stages)
      #expect(found.flaws == alone.flaws)
    }
    #expect(together.map(\.stages) == [["first"], ["second"], ["second"], ["second"]])
  }

  @Test func scoresAreTheTargets() {
    let network = SmallNetwork.Explained(power: 2)
    let logits = network.logits(network.features(SmallNetwork.images(2))).gathered([2, 0, 3], axis: 1)
    let found = explained([GradCAM()], network, target: .probability)[0]
    expectClose(found.scores, logits.sigmoid(), tolerance: tolerance(terms: 54))
    #expect(found.target == "probability")
  }

  @Test func mapsThatShowNothingAreFlagged() {
    let network = SmallNetwork.Explained()
    let silent = Target("nothing") { logits, _ in .zeros([logits.shape[0]]) }
    #expect(
      explained([GradCAM()], network, images: 1, target: silent)[0].flaws == [
        [.noGradient, .noGradient, .noGradient]
      ])
    #expect(explained([CAM()], network, images: 1, target: silent)[0].flaws == [[.empty, nil, nil]])
    let broken = explained([Broken()], network, images: 1)[0]
    #expect(broken.flaws == [[.notFinite, .constant, .empty]])
    #expect(broken.maps.gathered([0], axis: 3).scalars == [0, 0])
    #expect(broken.maps.gathered([1], axis: 3).scalars == [2, 2])
    #expect(broken.maps.gathered([2], axis: 3).scalars == [-1, 0])
  }
}

/// Maps of one row and two columns, of which one is not a number, one shows the same everywhere and one
/// nothing.
private struct Broken: Explainer {
  static let name = "broken"

  func maps(_ capture: Capture, random: inout Philox) -> Tensor {
    Tensor([.nan, 2, -1, 1, 2, 0], shape: [1, 1, 2, 3])
  }
}
