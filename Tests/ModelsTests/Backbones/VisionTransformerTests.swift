import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@Suite struct VisionTransformerTests {
  private let network: any Backbone = {
    let store = ParameterStore(seed: 4)
    var options = ViTTiny()
    options.imageSize = 32
    let network = options.build(in: store.root)
    store.fillByFormula()
    return network
  }()

  /// Attention step by step gives what the fused kernel gives, to rounding.
  @Test func recordedAttentionIsTheNetworksOwn() throws {
    let images = formulaImages(2, 32, 32)
    let attention = try #require(network.attention)
    let (plain, recorded) = (network(images, .inference), attention.features(images))
    #expect(recorded.names == plain.names && plain.attention.isEmpty && recorded.attention.count == 12)
    for name in plain.names {
      #expect(relativeError(recorded.source(name), plain.source(name)) < 1e-5, "\(name)")
    }
    try expectClose(#require(recorded.classToken), #require(plain.classToken), tolerance: 1e-4)
    for block in [0, 7, 11] {
      expectClose(
        recorded.attention[block], attention.attentionWeights(images, block: block), tolerance: 1e-5)
    }
    #expect(recorded.attention.allSatisfy { !$0.isTracked })
  }

  @Test func gradientsReachTheAttentionOfEachBlock() throws {
    let attention = try #require(network.attention)
    let features = attention.features(formulaImages(1, 32, 32).tracked())
    let score = features.last.squared().sum()
    let gradients = score.gradients(from: Tensor(1), of: features.attention, retainingGraph: true)
    for weights in features.attention {
      let gradient = try #require(gradients[weights])
      #expect(gradient.shape == [1, 3, 5, 5] && gradient.scalars.contains { $0 != 0 })
    }
  }

  @Test func aNetworkCanEndBehindEachBlock() throws {
    let attention = try #require(network.attention)
    let features = attention.features(formulaImages(1, 32, 32))
    let whole = attention.ending(features, behind: 11, as: "final")
    expectClose(whole.last, features.last, tolerance: 1e-5)
    try expectClose(#require(whole.classToken), #require(features.classToken), tolerance: 1e-5)
    let early = attention.ending(features, behind: 3, as: "block3")
    #expect(early.names == ["block3"] && early.last.scalars == features["block3"].scalars)
  }
}
