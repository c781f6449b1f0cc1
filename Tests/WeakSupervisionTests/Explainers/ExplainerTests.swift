import Autograd
import Configuration
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

/// What every explainer does, whichever it is.
@Suite struct ExplainerTests {
  static let members: [any Explainer] = [CAM(), GradCAM(), LayerCAM()]

  private func earlier() -> [any Explainer] {
    var (grad, layer) = (GradCAM(), LayerCAM())
    grad.stage = "first"
    layer.stage = "first"
    return [grad, layer]
  }

  @Test(arguments: members) func mapsLieOnTheFeatureGrid(explainer: any Explainer) {
    let network = SmallNetwork.Explained()
    let maps = explainer.maps(SmallNetwork.images(2), classes: [3, 0, 1], of: network)
    #expect(maps.shape == [2, 3, 5, 3])
    #expect(maps.scalars.allSatisfy { $0.isFinite })
    #expect(!maps.isTracked)
  }

  @Test(arguments: members) func aBatchEqualsItsImages(explainer: any Explainer) {
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(3)
    let together = explainer.maps(images, classes: [1, 2], of: network)
    for index in 0..<3 {
      let alone = explainer.maps(images.slice(axis: 0, index..<index + 1), classes: [1, 2], of: network)
      expectClose(together.slice(axis: 0, index..<index + 1), alone, tolerance: tolerance(terms: 54))
    }
  }

  @Test(arguments: members) func theOrderOfClassesIsTheOrderOfMaps(explainer: any Explainer) {
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    let maps = explainer.maps(images, classes: [3, 1], of: network)
    for (position, index) in [3, 1].enumerated() {
      let alone = explainer.maps(images, classes: [index], of: network)
      expectClose(maps.slice(axis: 3, position..<position + 1), alone, tolerance: tolerance(terms: 54))
    }
  }

  @Test(arguments: members) func anImageWithoutEvidenceGivesZerosNotNaN(explainer: any Explainer) {
    let maps = explainer.maps(.zeros([1, 4, 4, 3]), classes: [0], of: SmallNetwork.Explained(power: 2))
    #expect(maps.scalars.allSatisfy { $0 == 0 })
  }

  @Test func earlierStagesHaveTheirOwnGrid() {
    for explainer in earlier() {
      let maps = explainer.maps(SmallNetwork.images(2), classes: [2, 0], of: SmallNetwork.Explained())
      #expect(maps.shape == [2, 6, 10, 2])
      #expect(maps.scalars.contains { $0 > 0 })
    }
  }

  @Test func aStageThatIsMissingNamesTheOthers() throws {
    var explainer = LayerCAM()
    try explainer.validate(for: ResNet18())
    explainer.stage = "layer5"
    #expect(
      throws: ConfigurationError.invalid(
        "stage", "is layer5; use one of the backbone's: layer1, layer2, layer3, layer4")
    ) { try explainer.validate(for: ResNet18()) }
  }

  /// A classifier on an intermediate map is explained at that map, not at the backbone's last.
  @Test func aClassifierOnAnEarlierMapIsExplainedThere() {
    let store = ParameterStore(seed: 3)
    let backbone = ViTTiny().build(in: store.root["backbone"])
    let head = ClassificationHead(channels: 192, classes: 2, pooling: .average, in: store.root["head"])
    let classifier = PooledClassifier(backbone, head, on: "block9")
    let images = SmallNetwork.images(1, height: 32, width: 48)
    let cam = CAM().maps(images, classes: [1], of: classifier).relu() / Float(2 * 3)
    expectClose(GradCAM().maps(images, classes: [1], of: classifier), cam, tolerance: tolerance(terms: 192))
    #expect(classifier.stages.last?.name == "block9")
  }
}

/// Two channels on a grid of 2 × 2, worked out by hand: A₁ = [1 2; 0 3], A₂ = [2 0; 1 1] and their gradients.
enum HandFixture {
  static let activation = Tensor([1, 2, 2, 0, 0, 1, 3, 1], shape: [1, 2, 2, 2])
  static let gradient = Tensor([0.5, -1, -0.25, 0.5, 0, -0.25, 0.75, 0.25], shape: [1, 2, 2, 2])
}
