import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct TrimmedCrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("trimmed_cross_entropy") { trimmedCrossEntropy(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 1], shape: [2, 2])
    expectGradientsMatch("trimmedCrossEntropy", [[2, 2, 3]]) {
      trimmedCrossEntropy(logits: $0[0], labels: labels)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let loss = trimmedCrossEntropy(logits: logits, labels: Tensor(repeating: 255, shape: [1, 2]))
    #expect(loss.scalar == 0)
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
  }

  @Test func theWorstPositionIsLeftOut() throws {
    let logits = Tensor([9, 0, 0, 9, 1, 0], shape: [3, 2]).tracked()
    let labels = Tensor([0, 0, 0], shape: [3])
    let loss = trimmedCrossEntropy(logits: logits, labels: labels, kept: 0.6)
    let gradient = try #require(loss.gradients()[logits]).scalars
    let kept = (0..<3).filter { gradient[2 * $0] != 0 }
    #expect(kept == [0, 2])
  }

  @Test func ofEqualPositionsTheFirstAreKept() throws {
    let logits = Tensor.zeros([5, 2]).tracked()
    let loss = trimmedCrossEntropy(logits: logits, labels: .zeros([5]), kept: 0.5)
    let gradient = try #require(loss.gradients()[logits]).scalars
    let kept = (0..<5).filter { gradient[2 * $0] != 0 }
    #expect(kept == [0, 1, 2])
  }
}
