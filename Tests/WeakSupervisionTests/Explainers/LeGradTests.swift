import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct LeGradTests {
  /// Positive gradients of the two blocks by column: 0.3 and 0.1, 0.3 and 0.5, 0.3 and 0.5.
  @Test func isTheMeanOfPositiveGradients() {
    let expected = Tensor([0.4 / 6, 0.8 / 6, 0.8 / 6], shape: [1, 3])
    expectClose(LeGrad.mean(AttentionFixture.gradients), expected, tolerance: 1e-6)
  }

  @Test func matchesPyTorch() throws { try expectGoldenAttention(LeGrad(), "legrad") }

  private static let model = "deit_tiny_patch16_224"
  private static var hasWeights: Bool {
    SharedFolder.has("weights/\(model).safetensors")
      && SharedFolder.has("weights/reference/\(model).reference.safetensors")
  }

  /// The four methods of attention on DeiT-Tiny, for the class of its best score.
  @Test(.enabled(if: hasWeights, "needs shared/weights")) func deiTTinyMatchesPyTorch() throws {
    let golden = try Golden("attention_maps_deit")
    let store = ParameterStore(seed: 0)
    let backbone = ViTTiny().build(in: store.root)
    let head = Linear(192, 1000, in: store.root["head"])
    try store.load(path: SharedFolder.file("weights/\(Self.model).safetensors"))
    let file = try SafetensorsReader(
      path: SharedFolder.file("weights/reference/\(Self.model).reference.safetensors"))
    let image = try file.tensor("input.0").permuted([1, 2, 0]).reshaped(to: [1, 224, 224, 3])
    let classifier = AttendingClassifier(
      backbone: backbone, weight: head.weight.value, readsClassToken: true)
    let explainers: [(any Explainer, String)] = [
      (AttentionRollout(), "rollout"), (AttentionRelevance(), "relevance"), (AttentionGradCAM(), "grad-cam"),
      (LeGrad(), "legrad"),
    ]
    var random = Philox(seed: 1, name: "plan")
    let index = Int(try golden["class"].scalar)
    let found = ExplanationPlan(explainers.map(\.0))(image, classes: [index], of: classifier, random: &random)
    for ((_, name), explanation) in zip(explainers, found) {
      let error = relativeError(explanation.maps, try golden[name])
      #expect(error < 1e-3, "\(name): relative error \(error)")
    }
  }
}
