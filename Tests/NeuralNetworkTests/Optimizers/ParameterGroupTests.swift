import Autograd
import NeuralNetwork
import Testing

@Suite struct ParameterGroupTests {
  private let store: ParameterStore = {
    let store = ParameterStore(seed: 0)
    for name in ["backbone.weight", "backbone.norm", "decode_head.weight", "decode_head.out.weight"] {
      _ = store.root.parameter(name, name.hasSuffix("norm") ? [2] : [2, 2], .zeros)
    }
    return store
  }()

  private func describe(_ groups: [ParameterGroup]) -> [String] {
    groups.map { group in
      "\(group.learningRate) \(group.weightDecay): \(group.parameters.map(\.name).joined(separator: " "))"
    }
  }

  @Test func theLongestMatchDecides() {
    let groups = ParameterGroup.groups(
      of: store.parameters, learningRate: 1, weightDecay: 0.5,
      rules: [
        ParameterRule(match: "decode_head.out", learningRateScale: 20, weightDecayScale: 0),
        ParameterRule(match: "decode_head", learningRateScale: 10),
      ])
    #expect(
      describe(groups) == [
        "1.0 0.5: backbone.weight backbone.norm", "10.0 0.5: decode_head.weight",
        "20.0 0.0: decode_head.out.weight",
      ])
  }

  @Test func frozenParametersAreLeftOutAndVectorsNeedNotDecay() {
    store.parameters[0].isFrozen = true
    let groups = ParameterGroup.groups(
      of: store.parameters, learningRate: 1, weightDecay: 0.5, decayingVectors: false)
    #expect(
      describe(groups) == ["1.0 0.0: backbone.norm", "1.0 0.5: decode_head.weight decode_head.out.weight"])
  }
}
