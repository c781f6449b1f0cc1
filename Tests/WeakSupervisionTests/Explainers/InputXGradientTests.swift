import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct InputXGradientTests {
  @Test func matchesCaptum() throws {
    let classifier = try RectifiedClassifier()
    let expected = try classifier.network.golden["input-x-gradient"]
    expectClose(classifier.map(InputXGradient(), of: 2), expected, tolerance: 1e-6)
  }

  /// SmallNetwork has no biases.
  @Test func addsUpToTheScoreOfANetworkWithoutBiases() {
    let network = SmallNetwork.Explained()
    let images = SmallNetwork.images(2)
    let sums = InputXGradient().maps(images, classes: [0, 1, 2, 3], of: network).sum(axes: [1, 2])
    expectClose(sums, network.logits(network.features(images)), tolerance: tolerance(terms: 180))
  }
}
