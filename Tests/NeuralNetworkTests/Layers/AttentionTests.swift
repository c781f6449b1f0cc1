import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct AttentionTests {
  @Test func matchesReference() throws {
    try expectLayerMatches("attention", terms: 36) { Attention(12, heads: 3, in: $0) }
  }

  @Test func weightsOfEachTokenSumToOne() {
    let attention = Attention(12, heads: 3, in: ParameterStore(seed: 0).root)
    let weights = attention.weights(hashed("x", [2, 5, 12]), .inference)
    #expect(weights.shape == [2, 3, 5, 5])
    expectClose(weights.sum(axes: [3]), .ones([2, 3, 5]), tolerance: tolerance(terms: 5))
  }

  @Test func headsMustDivideTheChannels() async {
    await #expect(processExitsWith: .failure) {
      _ = Attention(10, heads: 3, in: ParameterStore(seed: 0).root)
    }
  }
}
