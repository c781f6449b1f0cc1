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

@Suite struct DeformableConv2DTests {
  private let x = Sample.tensor("x", [2, 5, 6, 7])
  private let store = ParameterStore(seed: 3)

  @Test func beginsAsAMeanOverTheWindow() {
    let layer = DeformableConv2D(7, limit: 4, modulated: true, in: store.root)
    let mean = x.averagePool2D(window: 3, stride: 1, padding: 1)
    expectClose(layer(x, .inference), mean, tolerance: tolerance(terms: 9, scale: 2))
  }

  @Test func everyOffsetHasAGradientAtTheBeginning() throws {
    let layer = DeformableConv2D(7, limit: 4, modulated: true, in: store.root)
    let gradients = layer(x, .training(seed: 0, step: 0)).squared().sum().gradients()
    let bias = try #require(layer.offset.bias)
    #expect(try #require(gradients[bias]).scalars.allSatisfy { $0 != 0 })
    #expect(store.parameters.allSatisfy { gradients[$0] != nil })
  }

  @Test func offsetsStayWithinTheLimit() throws {
    let layer = DeformableConv2D(7, limit: 0.5, in: store.root)
    layer.offset.weight.assign(Sample.tensor("weight", [3, 3, 7, 18]))
    let offsets = layer.offsets(x, .inference).scalars
    #expect(offsets.allSatisfy { abs($0) <= 0.5 })
    #expect(offsets.contains(0.5) && offsets.contains(-0.5))
  }

  @Test func namesItsParametersAsTorchvisionUsersDo() {
    _ = DeformableConv2D(4, limit: 1, modulated: true, in: store.root["dcn"])
    #expect(
      store.parameters.map(\.name) == [
        "dcn.weight", "dcn.offset.weight", "dcn.offset.bias", "dcn.mask.weight", "dcn.mask.bias",
      ])
  }
}
