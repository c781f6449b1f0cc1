import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct CAMTests {
  @Test func theMeanOfAMapIsTheScoreForAveragePooling() {
    let network = SmallNetwork.Explained()
    let images = SmallNetwork.images(2)
    let maps = CAM().maps(images, classes: [0, 1, 2, 3], of: network)
    expectClose(
      maps.mean(axes: [1, 2]), network.logits(network.features(images)), tolerance: tolerance(terms: 54))
  }
}
