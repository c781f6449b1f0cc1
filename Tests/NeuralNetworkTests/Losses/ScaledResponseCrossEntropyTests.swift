import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct ScaledResponseCrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("scaled_response_cross_entropy") {
      scaledResponseCrossEntropy(logits: $0, labels: $1)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let loss = scaledResponseCrossEntropy(logits: logits, labels: Tensor(repeating: 255, shape: [1, 2]))
    #expect(loss.scalar == 0)
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
  }

  @Test func withoutVarianceOrStrengthItIsCrossEntropy() throws {
    let golden = try Golden("cross_entropy")
    let (logits, labels) = (try golden["logits"], try golden["labels"])
    let expected = crossEntropy(logits: logits, labels: labels).scalar
    let single = scaledResponseCrossEntropy(logits: logits, labels: labels, scales: [1])
    let weak = scaledResponseCrossEntropy(logits: logits, labels: labels, strength: 0)
    #expect(abs(single.scalar - expected) < 1e-5 && abs(weak.scalar - expected) < 1e-5)
  }

  /// Logits far beyond what `exp` holds.
  @Test func largeLogitsStayFinite() throws {
    let logits = Tensor([500, -500, 0, 90, 91, -1000], shape: [2, 3]).tracked()
    let loss = scaledResponseCrossEntropy(logits: logits, labels: Tensor([1, 0], shape: [2]))
    #expect(loss.scalar.isFinite)
    #expect(try #require(loss.gradients()[logits]).scalars.allSatisfy { $0.isFinite })
  }
}
