import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct SymmetricCrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("symmetric_cross_entropy") { symmetricCrossEntropy(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 1], shape: [2, 2])
    expectGradientsMatch("symmetricCrossEntropy", [[2, 2, 3]]) {
      symmetricCrossEntropy(logits: $0[0], labels: labels)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let loss = symmetricCrossEntropy(logits: logits, labels: Tensor(repeating: 255, shape: [1, 2]))
    #expect(loss.scalar == 0)
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
  }

  @Test func withoutTheReverseItIsCrossEntropy() throws {
    let golden = try Golden("cross_entropy")
    let (logits, labels) = (try golden["logits"], try golden["labels"])
    let loss = symmetricCrossEntropy(logits: logits, labels: labels, forward: 1, reverse: 0)
    #expect(abs(loss.scalar - crossEntropy(logits: logits, labels: labels).scalar) < 1e-5)
  }
}
