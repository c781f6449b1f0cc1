import Autograd
import Configuration
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct DeconvolutionTests {
  @Test func matchesPyTorchsHooks() throws {
    let classifier = try RectifiedClassifier()
    for index in [2, 0] {
      let expected = try classifier.network.golden["deconvolution.\(index)"].absoluteValue().maximum(axes: [3]
      )
      expectClose(classifier.map(Deconvolution(), of: index), expected, tolerance: 1e-6)
    }
  }

  @Test func aNetworkWithoutRectifiersIsRefused() throws {
    try Deconvolution().validate(for: ResNet18())
    #expect(
      throws: ConfigurationError.invalid(
        "", "is deconvolution, a rule for rectifiers, but vit-tiny has none; use gradient")
    ) { try Deconvolution().validate(for: ViTTiny()) }
  }
}
