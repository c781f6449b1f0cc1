import Autograd
import Configuration
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

/// Two blocks with one head and three tokens.
enum AttentionFixture {
  static let attention = [
    Tensor([0.5, 0.25, 0.25, 0.2, 0.6, 0.2, 0.1, 0.3, 0.6], shape: [1, 1, 3, 3]),
    Tensor([0.2, 0.4, 0.4, 0.3, 0.4, 0.3, 0.25, 0.25, 0.5], shape: [1, 1, 3, 3]),
  ]
  static let gradients = [
    Tensor([0.1, -0.2, 0.3, 0, 0.1, 0, 0.2, 0.2, -0.1], shape: [1, 1, 3, 3]),
    Tensor([0, 0.5, -0.5, 0.1, 0, 0.2, 0, 0, 0.3], shape: [1, 1, 3, 3]),
  ]

  /// A share of 1 for one token.
  static func row(_ index: Int) -> Tensor {
    Tensor((0..<3).map { $0 == index ? 1 : 0 }, shape: [1, 1, 3])
  }
}

@Suite struct AttentionRolloutTests {
  @Test func matchesTheWorkedExample() {
    let expected: [[Float]] = [
      [0.48, 0.265, 0.255], [0.19, 0.60125, 0.20875], [0.14375, 0.228125, 0.628125],
    ]
    for (index, values) in expected.enumerated() {
      let row = AttentionRollout.rollout(AttentionFixture.attention, from: AttentionFixture.row(index))
      expectClose(row, Tensor(values, shape: [1, 1, 3]), tolerance: 1e-6)
    }
  }

  @Test func matchesPyTorch() throws { try expectGoldenAttention(AttentionRollout(), "rollout") }

  /// The rows of what the classifier does not read can be asked for.
  @Test func rowsCanBeChosen() {
    let images = formulaImages(1, 48, 48)
    var (token, patches) = (AttentionRollout(), AttentionRollout())
    (token.rows, patches.rows) = (.classToken, .patches)
    let maps = [false, true].map { readsClassToken in
      let classifier = AttendingClassifier.ofFormula(readsClassToken: readsClassToken)
      return [token, patches, AttentionRollout()].map {
        $0.maps(images, classes: [0], of: classifier).scalars
      }
    }
    #expect(maps[0][0] == maps[1][0] && maps[0][1] == maps[1][1] && maps[0][0] != maps[0][1])
    #expect(maps[0][2] == maps[0][1] && maps[1][2] == maps[1][0])
  }

  /// Blocks behind the map that is classified have no say.
  @Test func anEarlierClassifierReadsFewerBlocks() {
    let store = ParameterStore(seed: 3)
    var options = ViTTiny()
    options.imageSize = 48
    let backbone = options.build(in: store.root["backbone"])
    let head = ClassificationHead(channels: 192, classes: 2, pooling: .average, in: store.root["head"])
    let classifier = PooledClassifier(backbone, head, on: "block3")
    let capture = Capture(
      formulaImages(1, 48, 48), classes: [1], of: classifier, needs: [.attention, .exits])
    #expect(capture.attention.count == 4 && capture.attentionGradients.count == 4)
    expectClose(capture.attentionGradients[3], capture.exitGradients[3], tolerance: 1e-9)
    #expect(capture.exitGradients[0].scalars.contains { $0 != 0 })
  }

  @Test func aNetworkWithoutAttentionIsRefused() throws {
    try AttentionRollout().validate(for: ViTTiny())
    let explainers: [any Explainer] = [
      AttentionRollout(), AttentionRelevance(), AttentionGradCAM(), LeGrad(),
    ]
    for explainer in explainers {
      for network: any BackboneOptions in [ResNet50(), MobileNetV2(), SqueezeNet()] {
        let names = (type(of: explainer).name, type(of: network).name)
        #expect(
          throws: ConfigurationError.invalid(
            "", "is \(names.0), but \(names.1) has no attention; use grad-cam")
        ) { try explainer.validate(for: network) }
      }
    }
  }
}
