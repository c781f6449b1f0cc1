import Autograd
import Configuration
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct GuidedBackpropagationTests {
  @Test func matchesPyTorchsHooks() throws {
    let classifier = try RectifiedClassifier()
    for index in [2, 0] {
      let expected = try classifier.network.golden["guided.\(index)"].absoluteValue().maximum(axes: [3])
      expectClose(classifier.map(GuidedBackpropagation(), of: index), expected, tolerance: 1e-6)
    }
  }

  @Test func aNetworkWithoutRectifiersIsRefused() throws {
    try GuidedBackpropagation().validate(for: ResNet18())
    #expect(
      throws: ConfigurationError.invalid(
        "", "is guided-backprop, a rule for rectifiers, but vit-tiny has none; use gradient")
    ) { try GuidedBackpropagation().validate(for: ViTTiny()) }
  }
}
