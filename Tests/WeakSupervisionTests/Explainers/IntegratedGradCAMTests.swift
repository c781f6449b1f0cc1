import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct IntegratedGradCAMTests {
  /// A network without biases is linear along the way from nothing to the image, and its gradients are
  /// constant.
  @Test func isAShareOfGradCAMForALinearWay() {
    let network = SmallNetwork.Explained()
    let images = SmallNetwork.images(2)
    let plain = GradCAM().maps(images, classes: [1, 3], of: network)
    var explainer = IntegratedGradCAM()
    let middle = explainer.maps(images, classes: [1, 3], of: network)
    expectClose(middle, plain * Float(0.5), tolerance: tolerance(terms: 2000))
    explainer.rule = .left
    let left = explainer.maps(images, classes: [1, 3], of: network)
    expectClose(left, plain * Float(0.49), tolerance: tolerance(terms: 2000))
    #expect(plain.scalars.contains { $0 > 0.01 })
  }

  @Test func stepsThatShareAPassEqualStepsAlone() {
    var explainer = IntegratedGradCAM()
    explainer.steps = 11
    let network = SmallNetwork.Explained(power: 2)
    let counter = CountingClassifier(network)
    let images = SmallNetwork.images(3)
    let maps = explainer.maps(images, classes: [1, 3], of: counter)
    // The clean images, the baseline, and two steps of three images in each pass.
    #expect(counter.forward.values == [3, 1, 6, 6, 6, 6, 6, 3])
    for index in 0..<3 {
      let alone = explainer.maps(images.slice(axis: 0, index..<index + 1), classes: [1, 3], of: network)
      expectClose(maps.slice(axis: 0, index..<index + 1), alone, tolerance: tolerance(terms: 54))
    }
  }
}
