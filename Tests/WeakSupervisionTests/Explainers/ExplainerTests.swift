import Autograd
import Configuration
import Imaging
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

/// What every explainer does, whichever it is.
@Suite struct ExplainerTests {
  static let members: [any Explainer] = [
    CAM(), GradCAM(), GradCAMPlusPlus(), HiResCAM(), XGradCAM(), LayerCAM(), EigenCAM(), EigenGradCAM(),
    SmoothGradCAMPlusPlus(), IntegratedGradCAM(), ScoreCAM(), AblationCAM(), CFCAM(), FinerCAM(), FullGrad(),
  ]

  private func earlier() -> [any Explainer] {
    var (grad, layer, eigen, sharp) = (GradCAM(), LayerCAM(), EigenGradCAM(), GradCAMPlusPlus())
    grad.stage = "first"
    layer.stage = "first"
    eigen.stage = "first"
    sharp.stage = "first"
    return [grad, layer, eigen, sharp]
  }

  @Test(arguments: members) func mapsLieOnTheFeatureGrid(explainer: any Explainer) {
    let network = SmallNetwork.Explained()
    let maps = explainer.maps(SmallNetwork.images(2), classes: [3, 0, 1], of: network)
    #expect(maps.shape == (explainer.needs.contains(.images) ? [2, 6, 10, 3] : [2, 3, 5, 3]))
    #expect(maps.scalars.allSatisfy { $0.isFinite })
    #expect(!maps.isTracked)
  }

  @Test(arguments: members) func aBatchEqualsItsImages(explainer: any Explainer) {
    expectABatchToEqualItsImages(explainer)
  }

  @Test(arguments: members) func theOrderOfClassesIsTheOrderOfMaps(explainer: any Explainer) {
    expectTheOrderOfClassesToBeThatOfMaps(explainer)
  }

  @Test(arguments: members) func anImageWithoutEvidenceGivesZerosNotNaN(explainer: any Explainer) {
    let maps = explainer.maps(.zeros([1, 4, 4, 3]), classes: [0], of: SmallNetwork.Explained(power: 2))
    #expect(maps.scalars.allSatisfy { $0 == 0 })
  }

  /// Degenerate feature maps: all zero, constant, one position, one channel.
  @Test(arguments: members) func noMapIsEverNaN(explainer: any Explainer) {
    let maps: [Tensor] = [
      .zeros([1, 3, 2, 4]), Tensor(repeating: 0.7, shape: [2, 3, 2, 4]),
      Sample.tensor("pixel", [1, 1, 1, 4]),
      Sample.tensor("channel", [1, 3, 5, 1]).relu(), .zeros([1, 1, 1, 1]),
    ]
    for map in maps {
      let found = explainer.maps(map, classes: [0, 1], of: FixedMap(channels: map.shape[3]))
      #expect(found.scalars.allSatisfy { $0.isFinite }, "\(type(of: explainer).name) \(map.shape)")
    }
  }

  @Test func permutingChannelsChangesNothing() {
    let map = Sample.tensor("map", [2, 4, 3, 6]).relu()
    let order = [3, 0, 5, 1, 4, 2]
    // The image is the map here, and noise on it is not permuted along.
    for explainer in Self.members where !(explainer is SmoothGradCAMPlusPlus) {
      let plain = explainer.maps(map, classes: [1, 0], of: FixedMap(channels: 6))
      let permuted = explainer.maps(
        map.gathered(order, axis: 3), classes: [1, 0], of: FixedMap(channels: 6, order: order))
      expectClose(permuted, plain, tolerance: tolerance(terms: 2000), type(of: explainer).name)
    }
  }

  @Test func theRestOfAPlanChangesNothing() {
    var random = Philox(seed: 1, name: "explainer")
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    let together = ExplanationPlan(Self.members)(images, classes: [2, 1], of: network, random: &random)
    for (explainer, found) in zip(Self.members, together) {
      let alone = explainer.maps(images, classes: [2, 1], of: network)
      #expect(found.maps.scalars == alone.scalars, "\(found.method)")
    }
  }

  @Test func methodsForRectifiedMapsRefuseOthers() throws {
    let explainers: [any Explainer] = [GradCAMPlusPlus(), XGradCAM()]
    for explainer in explainers {
      try explainer.validate(for: ResNet18())
      try explainer.validate(for: MobileNetV2())
      try explainer.validate(for: SqueezeNet())
      let name = type(of: explainer).name
      #expect(
        throws: ConfigurationError.invalid(
          "stage",
          "is final, whose values can be negative, where \(name) is not defined; use layer-cam or grad-cam")
      ) { try explainer.validate(for: ViTTiny()) }
    }
    var early = XGradCAM()
    early.stage = "features.3"
    #expect(
      throws: ConfigurationError.invalid(
        "stage",
        "is features.3, whose values can be negative, where xgrad-cam is not defined; use features.18, or "
          + "layer-cam")
    ) { try early.validate(for: MobileNetV2()) }
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

/// A classifier of two classes whose only feature map is its input: y = Σ over positions of w · tanh(A).
struct FixedMap: Classifier {
  let channels: Int
  /// The place that each channel had before.
  var order: [Int]?
  var inputMultiple: Int { 1 }
  var normalization: Normalization { .imageNet }
  var stages: [BackboneStage] { [BackboneStage("map", channels: channels, stride: 1)] }

  private var weights: Tensor {
    let plain = Sample.tensor("weights", [2, channels])
    return order.map { plain.gathered($0, axis: 1) } ?? plain
  }

  func features(_ images: Tensor) -> FeatureMaps {
    var features = FeatureMaps()
    features.append("map", images)
    return features
  }

  func logits(_ features: FeatureMaps) -> Tensor {
    features.last.tanh().linear(weights).sum(axes: [1, 2])
  }

  func classMaps(_ features: FeatureMaps) -> Tensor { features.last.linear(weights) }
}
