import Autograd
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct LayerCAMTests {
  @Test func matchesTheWorkedExample() {
    let map = LayerCAM().map(activation: HandFixture.activation, gradient: HandFixture.gradient)
    expectClose(map, Tensor([0.5, 0, 0, 2.5], shape: [1, 2, 2]), tolerance: tolerance(terms: 8))
  }

  /// With a linear head on average pooling the gradient is W[c, k] / Z at every position.
  @Test func usesOnlyPositiveWeights() {
    let small = SmallNetwork()
    let network = SmallNetwork.Explained(network: small)
    let images = SmallNetwork.images(2)
    let expected = network.features(images).last.linear(small.classifier.relu()) / Float(3 * 5)
    let maps = LayerCAM().maps(images, classes: [0, 1, 2, 3], of: network)
    expectClose(maps, expected, tolerance: tolerance(terms: 54))
  }
}
