import Autograd
import Configuration
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct ExplanationOptionsTests {
  private func explained(
    _ explainer: any Explainer, _ change: (inout ExplanationOptions) -> Void, images: Int = 2
  ) -> Explanation {
    var options = ExplanationOptions()
    change(&options)
    var random = Philox(seed: 1, name: "options")
    return ExplanationPlan([explainer], options: options)(
      SmallNetwork.images(images), classes: [2, 0], of: SmallNetwork.Explained(power: 2), random: &random)[0]
  }

  private func early(_ stage: String) -> Tensor {
    var explainer = LayerCAM()
    explainer.stage = stage
    let maps = explainer.maps(
      SmallNetwork.images(2), classes: [2, 0], of: SmallNetwork.Explained(power: 2))
    return maps / maps.maximum(axes: [1, 2], keepingAxes: true).pointwiseMaximum(Tensor(1e-20))
  }

  @Test(arguments: StageFusion.allCases) func severalStagesBecomeOneMap(fusion: StageFusion) {
    let found = explained(LayerCAM()) { ($0.stages, $0.fusion) = (["first", "second"], fusion) }
    let (first, second) = (early("first"), early("second").resized(height: 6, width: 10, .bilinear))
    let expected =
      switch fusion {
      case .mean: (first + second) / Float(2)
      case .maximum: first.pointwiseMaximum(second)
      case .product: first * second
      }
    expectClose(found.maps, expected, tolerance: tolerance(terms: 54))
    #expect(found.stages == ["first", "second"])
  }

  @Test func oneStageStaysAsItIs() {
    let plain = explained(GradCAM()) { _ in }
    #expect(explained(GradCAM()) { $0.stages = ["second"] }.maps.scalars == plain.maps.scalars)
  }

  @Test func copiesAreAveraged() {
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    func plain(_ images: Tensor) -> Tensor { GradCAM().maps(images, classes: [2, 0], of: network) }
    let (half, whole) = (images * Float(0.5), images)
    let expected =
      (plain(half) + plain(whole) + plain(half.flipped(axis: 2)).flipped(axis: 2)
        + plain(whole.flipped(axis: 2)).flipped(axis: 2)) / Float(4)
    let found = explained(GradCAM()) { ($0.mirror, $0.factors) = (true, [0.5, 1]) }
    expectClose(found.maps, expected, tolerance: tolerance(terms: 54))
    #expect(found.scores.shape == [2, 2] && found.flaws.count == 2)
    let brighter = explained(GradCAM()) { $0.factors = [2] }
    expectClose(brighter.maps, plain(images * Float(2)), tolerance: tolerance(terms: 54, scale: 4))
  }

  @Test func eigenSmoothingOfHiResCAMIsEigenGradCAM() {
    let smooth = explained(HiResCAM()) { $0.eigenSmoothing = true }
    #expect(smooth.maps.scalars == explained(EigenGradCAM()) { _ in }.maps.scalars)
  }

  @Test(arguments: NamedTarget.allCases) func targetsHaveNames(target: NamedTarget) {
    let found = explained(GradCAM()) { $0.target = target }
    #expect(found.target == target.target.name)
    #expect(found.maps.isFinite)
  }

  @Test func theNegativeTargetIsTheCounterfactual() {
    var counterfactual = GradCAM()
    counterfactual.counterfactual = true
    let expected = explained(counterfactual) { _ in }.maps
    #expect(explained(GradCAM()) { $0.target = .negative }.maps.scalars == expected.scalars)
  }

  @Test func whatAnExplainerCannotDoIsRefused() throws {
    func refusal(
      _ explainer: any Explainer, _ backbone: any BackboneOptions = ResNet18(),
      _ change: (inout ExplanationOptions) -> Void
    ) -> ConfigurationError? {
      var options = ExplanationOptions()
      change(&options)
      do {
        try options.validate(explainer, for: backbone)
        return nil
      } catch {
        return error
      }
    }
    var early = LayerCAM()
    early.stage = "layer3"
    #expect(refusal(LayerCAM()) { $0.stages = ["layer3", "layer4"] } == nil)
    #expect(
      refusal(LayerCAM()) { $0.stages = ["layer5"] }
        == .invalid("stages", "is layer5; use one of the backbone's: layer1, layer2, layer3, layer4"))
    #expect(
      refusal(CAM()) { $0.stages = ["layer3"] }
        == .invalid("stages", "names layer3, but cam explains one map only; leave it empty"))
    #expect(
      refusal(early) { $0.stages = ["layer4"] }
        == .invalid(
          "stages", "names layer4, but the explainer's own stage is layer3; set one of them"))
    #expect(
      refusal(XGradCAM(), MobileNetV2()) { $0.stages = ["features.6"] }
        == .invalid(
          "stages",
          "is features.6, whose values can be negative, where xgrad-cam is not defined; use features.18, or "
            + "layer-cam"))
    #expect(
      refusal(CAM()) { $0.eigenSmoothing = true }
        == .invalid(
          "eigen_smoothing", "is true, but cam has no contributions of channels; use false, or grad-cam"))
    #expect(
      refusal(FinerCAM()) { $0.target = .probability }
        == .invalid("target", "is probability, but finer-cam has a target of its own; use logit"))
    #expect(
      refusal(EigenCAM()) { $0.target = .negative }
        == .invalid("target", "is negative, but eigen-cam shows the same for every target; use logit"))
  }

  @Test func aZeroGradientNamesTheRemedy() {
    let silent = Target("constant") { logits, _ in .zeros([logits.shape[0]]) }
    var random = Philox(seed: 1)
    let found = ExplanationPlan([GradCAM()], target: silent)(
      SmallNetwork.images(1), classes: [2, 0], of: SmallNetwork.Explained(), random: &random)[0]
    #expect(
      found.advice
        == "grad-cam: constant has no gradient at second for 2 of 2 maps; explain an earlier feature map, or "
        + "the logit")
    #expect(explained(GradCAM()) { _ in }.advice == nil)
  }
}
