import NeuralNetwork
import Testing

@Suite struct MLPTests {
  @Test func matchesReference() throws {
    try expectLayerMatches("mlp", terms: 24) { MLP(6, hidden: 24, in: $0) }
  }
}
