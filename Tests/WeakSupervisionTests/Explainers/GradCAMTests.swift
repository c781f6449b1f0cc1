import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct GradCAMTests {
  @Test func matchesTheWorkedExample() {
    let map = GradCAM().map(activation: HandFixture.activation, gradient: HandFixture.gradient)
    expectClose(map, Tensor([0, 0.5, 0, 0.625], shape: [1, 2, 2]), tolerance: tolerance(terms: 8))
  }

  @Test func isTheRectifiedCAMForALinearHeadOnAveragePooling() {
    let network = SmallNetwork.Explained()
    let images = SmallNetwork.images(2)
    let cam = CAM().maps(images, classes: [2, 0], of: network).relu() / Float(3 * 5)
    expectClose(GradCAM().maps(images, classes: [2, 0], of: network), cam, tolerance: tolerance(terms: 54))
  }

  @Test func theCounterfactualIsThatOfTheNegatedMap() {
    var counterfactual = GradCAM()
    counterfactual.counterfactual = true
    let (activation, gradient) = (HandFixture.activation, HandFixture.gradient)
    let map = counterfactual.map(activation: activation, gradient: gradient)
    expectClose(map, Tensor([0, 0, 0.125, 0], shape: [1, 2, 2]), tolerance: tolerance(terms: 8))
    let sum =
      counterfactual.contributions(activation: activation, gradient: gradient)
      + GradCAM().contributions(activation: activation, gradient: gradient)
    #expect(sum.scalars.allSatisfy { $0 == 0 })
  }

  @Test func namingTheLastStageChangesNothing() {
    var named = GradCAM()
    named.stage = "second"
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    let maps = named.maps(images, classes: [1], of: network)
    #expect(maps.scalars == GradCAM().maps(images, classes: [1], of: network).scalars)
  }
}
