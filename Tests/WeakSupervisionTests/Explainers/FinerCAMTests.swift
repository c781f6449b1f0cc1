import Autograd
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct FinerCAMTests {
  @Test func withoutRivalsItIsGradCAM() {
    var explainer = FinerCAM()
    explainer.strength = 0
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    let found = explainer.maps(images, classes: [2, 0], of: network)
    #expect(found.scalars == GradCAM().maps(images, classes: [2, 0], of: network).scalars)
  }

  /// With a linear head on average pooling it is the map of the difference of weights.
  @Test func isTheMapOfADifferenceForALinearHead() {
    let small = SmallNetwork()
    let network = SmallNetwork.Explained(network: small)
    let images = SmallNetwork.images(1)
    let logits = network.logits(network.features(images)).scalars
    var explainer = FinerCAM()
    (explainer.strength, explainer.references) = (0.5, 1)
    let found = explainer.maps(images, classes: [1], of: network)
    let rival = [0, 2, 3].min { abs(logits[$0] - logits[1]) < abs(logits[$1] - logits[1]) } ?? 0
    let weights =
      small.classifier.gathered([1], axis: 0) - small.classifier.gathered([rival], axis: 0) * Float(0.5)
    let expected = network.features(images).last.linear(weights).relu() / Float(15)
    expectClose(found, expected, tolerance: tolerance(terms: 54))
  }
}
