import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct SmoothedCrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("smoothed_cross_entropy") { smoothedCrossEntropy(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 1], shape: [2, 2])
    expectGradientsMatch("smoothedCrossEntropy", [[2, 2, 3]]) {
      smoothedCrossEntropy(logits: $0[0], labels: labels)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let loss = smoothedCrossEntropy(logits: logits, labels: Tensor(repeating: 255, shape: [1, 2]))
    #expect(loss.scalar == 0)
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
  }

  @Test func threadsDoNotChangeTheBytes() throws {
    let golden = try Golden("smoothed_cross_entropy")
    let (logits, labels) = (try golden["logits"].tracked(), try golden["labels"])
    func gradient(threads: Int) throws -> [Float] {
      try Parallel.$threadLimit.withValue(threads) {
        try #require(smoothedCrossEntropy(logits: logits, labels: labels).gradients()[logits]).scalars
      }
    }
    #expect(try gradient(threads: 1) == gradient(threads: 2))
  }
}
