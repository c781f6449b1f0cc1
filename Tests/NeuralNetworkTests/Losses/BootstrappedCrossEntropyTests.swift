import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct BootstrappedCrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("bootstrapped_cross_entropy") { bootstrappedCrossEntropy(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 1], shape: [2, 2])
    expectGradientsMatch("bootstrappedCrossEntropy", [[2, 2, 3]]) {
      bootstrappedCrossEntropy(logits: $0[0], labels: labels)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let loss = bootstrappedCrossEntropy(logits: logits, labels: Tensor(repeating: 255, shape: [1, 2]))
    #expect(loss.scalar == 0)
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
  }

  @Test func fullTrustIsCrossEntropy() throws {
    let golden = try Golden("cross_entropy")
    let (logits, labels) = (try golden["logits"], try golden["labels"])
    let loss = bootstrappedCrossEntropy(logits: logits, labels: labels, trust: 1)
    #expect(abs(loss.scalar - crossEntropy(logits: logits, labels: labels).scalar) < 1e-5)
  }
}
