import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct PixelGradientTests {
  @Test func channelsBecomeOneNumberAsAsked() throws {
    let classifier = try RectifiedClassifier()
    let gradient = try classifier.network.golden["plain.2"]
    let expected: [(ChannelReduction, Tensor)] = [
      (.maximum, gradient.absoluteValue().maximum(axes: [3])),
      (.absolute, gradient.absoluteValue().sum(axes: [3])), (.sum, gradient.sum(axes: [3])),
    ]
    for (reduction, map) in expected {
      var explainer = PixelGradient()
      explainer.channels = reduction
      expectClose(classifier.map(explainer, of: 2), map, tolerance: 1e-6, reduction.rawValue)
    }
  }
}
