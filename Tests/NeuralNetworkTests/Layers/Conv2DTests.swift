import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct Conv2DTests {
  @Test func matchesReference() throws {
    try expectLayerMatches("conv2D", terms: 27) {
      Conv2D(6, 4, kernel: 3, stride: 2, padding: 2, dilation: 2, groups: 2, in: $0)
    }
  }

  @Test func aFrozenKernelHasNoGradient() {
    let store = ParameterStore(seed: 0)
    let layer = Conv2D(1, 2, kernel: 1, in: store.root)
    layer.weight.isFrozen = true
    let gradients = layer(.ones([1, 2, 2, 1]), .training(seed: 0, step: 0)).sum().gradients()
    #expect(gradients[layer.weight]?.count == nil)
    #expect(layer.bias.flatMap { gradients[$0] }?.scalars == [4, 4])
  }
}
