import Autograd
import Configuration
import Models
import NeuralNetwork
import TestSupport
import Testing
import Training

/// Backbones that start from a weight file.
@Suite struct PretrainedWeightsTests {
  /// A file as it is handed out knows nothing of what stands between the blocks.
  @Test func aComponentBetweenBlocksKeepsItsInitialValues() throws {
    try BlockComponents.adding(Shift.self) {
      let folder = try TemporaryFolder()
      let path = folder.path + "/vit.safetensors"
      let pretrained = ParameterStore(seed: 0)
      _ = tiny([]).build(in: pretrained.root)
      pretrained.fillByFormula()
      try SafetensorsWriter.write(pretrained.stateEntries(), metadata: [:], to: path)

      var model = ModelOptions()
      model.backbone = Choice(tiny([Choice(Shift())]))
      model.weights = path
      let store = ParameterStore(seed: 1)
      _ = model.backbone.component.build(in: store.root["backbone"])
      let initial = try value(of: "backbone.between.0.shift", in: store)
      try store.startBackbone(from: model)
      #expect(try value(of: "backbone.between.0.shift", in: store) == initial)
      #expect(initial.contains { $0 != 0 })
      for parameter in pretrained.parameters {
        #expect(try value(of: "backbone.\(parameter.name)", in: store) == parameter.value.scalars)
      }
    }
  }

  private func tiny(_ between: [Choice<BlockComponents>]) -> ViTTiny {
    var options = ViTTiny()
    options.imageSize = 32
    options.between = between
    return options
  }

  private func value(of name: String, in store: ParameterStore) throws -> [Float] {
    try #require(store.parameters.first { $0.name == name }).value.scalars
  }
}

/// Adds a learned vector to all tokens.
private struct Shift: BlockComponent {
  static let name = "shift"

  func build(channels: Int, depth: Int, in scope: ParameterScope) -> any BlockModule {
    ShiftModule(shift: scope.parameter("shift", [1, 1, channels], .truncatedNormal(0.02)))
  }
}

private struct ShiftModule: BlockModule {
  let shift: Parameter

  func callAsFunction(_ tokens: Tensor, _ state: BlockState, _ pass: Pass) -> Tensor { tokens + shift(pass) }
}
