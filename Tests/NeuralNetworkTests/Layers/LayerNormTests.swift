import NeuralNetwork
import Testing

@Suite struct LayerNormTests {
  @Test func matchesReference() throws {
    try expectLayerMatches("layerNorm", terms: 6) { LayerNorm(6, in: $0) }
  }
}
