import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct EigenGradCAMTests {
  @Test func matchesTheWorkedExample() {
    let map = EigenGradCAM().map(activation: HandFixture.activation, gradient: HandFixture.gradient)
    expectClose(map, Tensor([0, 0, 0, 1.846473], shape: [1, 2, 2]), tolerance: 4e-6)
    let product = HandFixture.activation * HandFixture.gradient
    let expected = Tensor([-0.685447, -0.755102, -0.405924, 1.846473], shape: [1, 2, 2])
    expectClose(PrincipalProjection.of(product), expected, tolerance: 4e-6)
  }

  @Test func smallGradientsScaleTheMap() {
    let gradient = HandFixture.gradient * Float(1e-20)
    let map = EigenGradCAM().map(activation: HandFixture.activation, gradient: gradient) * Float(1e20)
    expectClose(map, Tensor([0, 0, 0, 1.846473], shape: [1, 2, 2]), tolerance: 4e-6)
  }
}
