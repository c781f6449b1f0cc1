import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

/// Heads with the weights of a formula against PyTorch.
@Suite struct HeadGoldenTests {
  /// A backbone that offers the two maps of the golden file.
  private struct TwoMaps: Backbone {
    let stages = [
      BackboneStage("low", channels: 6, stride: 4), BackboneStage("high", channels: 16, stride: 16),
    ]

    func callAsFunction(_ images: Tensor, _ pass: Pass) -> FeatureMaps {
      var features = FeatureMaps()
      features.append("low", hashed("low", [2, 9, 11, 6]) * 4)
      features.append("high", hashed("high", [2, 5, 6, 16]) * 4)
      return features
    }
  }

  private static let heads: [any HeadOptions] = {
    var (largeFOV, deepLab) = (LargeFOV(), DeepLabV3Plus())
    largeFOV.channels = 12
    deepLab.channels = 8
    deepLab.lowLevelChannels = 5
    deepLab.rates = [1, 2, 3]
    return [LinearHead(), largeFOV, ASPP(), deepLab]
  }()

  @Test(arguments: named(heads))
  func forwardMatchesReference(_ options: Named<any HeadOptions>) throws {
    let backbone = TwoMaps()
    let store = ParameterStore(seed: 0)
    let head = options.value.build(for: backbone, classes: 4, in: store.root)
    store.fillByFormula(prefix: options.name + ".")
    let logits = head(backbone(.zeros([2, 1, 1, 3]), .inference), .inference)
    let error = try relativeError(logits, Golden("heads")[options.name])
    #expect(error < 1e-5, "relative error \(error)")
  }
}
