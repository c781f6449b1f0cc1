import Autograd
import Configuration
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

/// What every explainer of pixels does, whichever it is.
@Suite struct PixelExplainerTests {
  static let members: [any Explainer] = {
    var (smooth, path, windows) = (SmoothGrad(), IntegratedGradients(), Occlusion())
    smooth.samples = 2
    path.steps = 3
    (windows.window, windows.stride) = (4, 3)
    return [
      PixelGradient(), InputXGradient(), GuidedBackpropagation(), Deconvolution(), GuidedGradCAM(), smooth,
      path, windows,
    ]
  }()

  @Test(arguments: members) func mapsLieOnTheGridOfPixels(explainer: any Explainer) {
    let maps = explainer.maps(
      SmallNetwork.images(2), classes: [3, 0, 1], of: SmallNetwork.Explained(power: 2))
    #expect(maps.shape == [2, 6, 10, 3])
    #expect(maps.scalars.allSatisfy { $0.isFinite } && maps.scalars.contains { $0 != 0 })
    #expect(!maps.isTracked)
  }

  @Test(arguments: members) func aBatchEqualsItsImages(explainer: any Explainer) {
    expectABatchToEqualItsImages(explainer)
  }

  @Test(arguments: members) func theOrderOfClassesIsTheOrderOfMaps(explainer: any Explainer) {
    expectTheOrderOfClassesToBeThatOfMaps(explainer)
  }

  @Test(arguments: members) func noMapIsEverNaN(explainer: any Explainer) {
    for images in [Tensor.zeros([1, 4, 4, 3]), Tensor(repeating: 0.7, shape: [2, 4, 8, 3])] {
      let maps = explainer.maps(images, classes: [0, 1], of: SmallNetwork.Explained(power: 2))
      #expect(maps.scalars.allSatisfy { $0.isFinite }, "\(type(of: explainer).name)")
    }
  }

  @Test func everyNetworkIsExplainedWhereTheMethodIsDefined() throws {
    let root = ParameterStore(seed: 5).root
    let options: [any BackboneOptions] = [ResNet18(), MobileNetV2(), SqueezeNet(), ViTTiny()]
    for (index, options) in options.enumerated() {
      let classifier = SmallNetwork.plain(options.build(in: root[index]))
      let images = SmallNetwork.images(1, height: 32, width: 48)
      var windows = Occlusion()
      (windows.window, windows.stride) = (32, 16)
      var explainers = Self.members.filter { (try? $0.validate(for: options)) != nil }
      explainers[explainers.count - 1] = windows
      #expect(explainers.count == (options.hasRectifiers ? 8 : 5))
      var random = Philox(seed: 1, name: "plan")
      let found = ExplanationPlan(explainers)(images, classes: [1], of: classifier, random: &random)
      for explanation in found {
        let name = "\(explanation.method) \(type(of: options).name)"
        #expect(explanation.maps.shape == [1, 32, 48, 1], "\(name)")
        // Grad-CAM of a network that has learned nothing may be empty.
        let isEmpty = explanation.maps.scalars.allSatisfy { $0 == 0 }
        #expect(!isEmpty || explanation.method == "guided-grad-cam", "\(name)")
        #expect(explanation.maps.isFinite && explanation.flaws[0][0] != .noGradient, "\(name)")
      }
    }
  }

  @Test func oneForwardPassServesAllRules() {
    let network = CountingClassifier(SmallNetwork.Explained(power: 2))
    var random = Philox(seed: 1, name: "plan")
    let explainers: [any Explainer] = [
      GradCAM(), PixelGradient(), InputXGradient(), GuidedBackpropagation(), Deconvolution(), GuidedGradCAM(),
    ]
    _ = ExplanationPlan(explainers)(SmallNetwork.images(2), classes: [2], of: network, random: &random)
    #expect(network.forward.values == [2])
    #expect(network.toImages.values == [2, 2, 2])
  }

  @Test func aZeroGradientNamesTheRemedy() {
    let target = Target("constant") { logits, _ in .zeros([logits.shape[0]]) }
    var random = Philox(seed: 1, name: "plan")
    let found = ExplanationPlan([PixelGradient()], target: target)(
      SmallNetwork.images(1), classes: [0, 2], of: SmallNetwork.Explained(), random: &random)
    #expect(found[0].flaws == [[.noGradient, .noGradient]])
    #expect(found[0].advice?.contains("explain an earlier feature map, or the logit") == true)
    #expect(found[0].maps.scalars.allSatisfy { $0 == 0 })
  }
}
