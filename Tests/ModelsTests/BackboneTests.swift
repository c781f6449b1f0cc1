import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@Suite struct BackboneTests {
  @Test func theNearestLegalSizeIsKnown() {
    #expect(ViTTiny().inputMultiple == 16)
    #expect([1, 23, 24, 225, 240].map { ViTTiny().nearestLegalExtent($0) } == [16, 16, 32, 224, 240])
    #expect(ResNet18().nearestLegalExtent(47) == 47)
  }

  @Test func anImageOfAnotherSizeIsRefused() async {
    await #expect(processExitsWith: .failure) { passImagesOfAnotherSize() }
  }

  @Test func anUnknownOutputStrideIsRefused() async {
    await #expect(processExitsWith: .failure) {
      var options = ResNet18()
      options.outputStride = 4
      _ = options.build(in: ParameterStore(seed: 0).root)
    }
  }

  @Test func frozenStagesDoNotLearn() {
    var options = ResNet50()
    options.frozenStages = 3
    let store = ParameterStore(seed: 0)
    _ = store.root.parameter("before", [1], .zeros)
    _ = options.build(in: store.root)
    let frozen = Set(store.parameters.filter(\.isFrozen).map { $0.name.prefix(6) })
    #expect(frozen == ["conv1.", "bn1.we", "bn1.bi", "layer1", "layer2"])
    let learning = Set(store.parameters.filter { !$0.isFrozen }.map { $0.name.prefix(6) })
    #expect(learning == ["before", "layer3", "layer4"])
  }

  @Test func trainingMovesTheRunningStatisticsUnlessFrozen() {
    func meanMoves(frozen: Bool) -> Bool {
      var options = MobileNetV2()
      options.frozenNorm = frozen
      let store = ParameterStore(seed: 0)
      let backbone = options.build(in: store.root)
      _ = backbone(formulaImages(1, 32, 32), .training(seed: 0, step: 0))
      return store.buffers.contains {
        $0.name.hasSuffix("running_mean") && $0.value.scalars.contains { $0 != 0 }
      }
    }
    #expect(meanMoves(frozen: false))
    #expect(!meanMoves(frozen: true))
  }
}

private func passImagesOfAnotherSize() {
  let backbone = ViTTiny().build(in: ParameterStore(seed: 0).root)
  _ = backbone(.zeros([1, 225, 40, 3]), .inference)
}
