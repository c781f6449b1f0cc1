import Autograd
import Configuration
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct GuidedGradCAMTests {
  @Test func isTheProductOfTheTwo() throws {
    let classifier = try RectifiedClassifier()
    let coarse = GradCAM().maps(classifier.network.images, classes: [0], of: classifier)
    let map = coarse.resized(height: 8, width: 12, .bilinear)
    let guided = try classifier.network.golden["guided.0"]
    var explainer = GuidedGradCAM()
    explainer.channels = .sum
    let found = classifier.map(explainer, of: 0)
    expectClose(found, (guided * map).sum(axes: [3]), tolerance: 1e-6)
    #expect(found.scalars.contains { $0 != 0 })
  }

  @Test func aNetworkWithoutRectifiersIsRefused() {
    #expect(
      throws: ConfigurationError.invalid(
        "", "is guided-grad-cam, a rule for rectifiers, but vit-tiny has none; use gradient")
    ) { try GuidedGradCAM().validate(for: ViTTiny()) }
    var missing = GuidedGradCAM()
    missing.stage = "layer9"
    #expect(
      throws: ConfigurationError.invalid(
        "stage", "is layer9; use one of the backbone's: layer1, layer2, layer3, layer4")
    ) { try missing.validate(for: ResNet18()) }
  }
}
