import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct GeneralizedCrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("generalized_cross_entropy") { generalizedCrossEntropy(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 1], shape: [2, 2])
    expectGradientsMatch("generalizedCrossEntropy", [[2, 2, 3]]) {
      generalizedCrossEntropy(logits: $0[0], labels: labels)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let loss = generalizedCrossEntropy(logits: logits, labels: Tensor(repeating: 255, shape: [1, 2]))
    #expect(loss.scalar == 0)
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
  }

  @Test func theExponentOneIsTheMissingShare() {
    let logits = Tensor([1, 2, 3], shape: [1, 3])
    let loss = generalizedCrossEntropy(logits: logits, labels: Tensor([1], shape: [1]), exponent: 1)
    #expect(abs(loss.scalar - (1 - logits.softmax().scalars[1])) < 1e-6)
  }
}
