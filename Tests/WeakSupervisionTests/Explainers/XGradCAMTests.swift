import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct XGradCAMTests {
  @Test func matchesTheWorkedExample() {
    let (activation, gradient) = (HandFixture.activation, HandFixture.gradient)
    let sum = XGradCAM().contributions(activation: activation, gradient: gradient).sum(axes: [3])
    expectClose(sum, Tensor([-0.625, 0.75, -0.5, 0.625], shape: [1, 2, 2]), tolerance: tolerance(terms: 8))
    let map = XGradCAM().map(activation: activation, gradient: gradient)
    expectClose(map, Tensor([0, 0.75, 0, 0.625], shape: [1, 2, 2]), tolerance: tolerance(terms: 8))
  }

  @Test func isGradCAMForALinearHeadOnAveragePooling() {
    let network = SmallNetwork.Explained()
    let images = SmallNetwork.images(2)
    let expected = GradCAM().maps(images, classes: [2, 0], of: network)
    expectClose(
      XGradCAM().maps(images, classes: [2, 0], of: network), expected, tolerance: tolerance(terms: 54))
  }

  @Test func aChannelOfZerosHasNoWeight() {
    let map = XGradCAM().map(activation: .zeros([1, 2, 2, 2]), gradient: HandFixture.gradient)
    #expect(map.scalars == [0, 0, 0, 0])
  }
}
