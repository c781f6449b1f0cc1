import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct CrossEntropyTests {
  @Test func matchesReference() throws {
    try expectLossMatches("cross_entropy") { crossEntropy(logits: $0, labels: $1) }
    try expectLossMatches("balanced_cross_entropy") { balancedCrossEntropy(logits: $0, labels: $1) }
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 1], shape: [2, 2])
    expectGradientsMatch("crossEntropy", [[2, 2, 3]]) { crossEntropy(logits: $0[0], labels: labels) }
    expectGradientsMatch("balancedCrossEntropy", [[2, 2, 3]]) {
      balancedCrossEntropy(logits: $0[0], labels: labels)
    }
  }

  @Test func nothingCountedGivesZero() throws {
    let logits = Tensor.ones([1, 2, 3]).tracked()
    let labels = Tensor(repeating: 255, shape: [1, 2])
    for loss in [
      crossEntropy(logits: logits, labels: labels), balancedCrossEntropy(logits: logits, labels: labels),
    ] {
      #expect(loss.scalar == 0)
      #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, 0, 0, 0, 0])
    }
  }

  @Test func ignoredPositionsHaveNoGradientEvenWhereLogitsAreInfinite() throws {
    let logits = Tensor([.infinity, 0, 1, 1], shape: [2, 2]).tracked()
    let loss = crossEntropy(logits: logits, labels: Tensor([255, 0], shape: [2]))
    #expect(try #require(loss.gradients()[logits]).scalars == [0, 0, -0.5, 0.5])
  }

  @Test func theSumOfManyPositionsKeepsItsDigits() {
    let count = 1 << 20
    let logits = Tensor.zeros([count, 2])
    let loss = crossEntropy(logits: logits, labels: .zeros([count]))
    #expect(abs(loss.scalar - 0.693_147_2) < 2e-7)
  }

  @Test func threadsDoNotChangeTheBytes() throws {
    let golden = try Golden("cross_entropy")
    let (logits, labels) = (try golden["logits"].tracked(), try golden["labels"])
    func gradient(threads: Int) throws -> [Float] {
      try Parallel.$threadLimit.withValue(threads) {
        try #require(crossEntropy(logits: logits, labels: labels).gradients()[logits]).scalars
      }
    }
    #expect(try gradient(threads: 1) == gradient(threads: 2))
  }

  @Test func aLabelOutsideTheClassesIsRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = crossEntropy(logits: .zeros([1, 3]), labels: Tensor([3], shape: [1]))
    }
  }

  /// A label between two classes, or none at all, is a mistake and no class.
  @Test func labelsThatAreNoneAreRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = crossEntropy(logits: .zeros([1, 3]), labels: Tensor([1.7], shape: [1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = crossEntropy(logits: .zeros([1, 3]), labels: Tensor([-0.5], shape: [1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = balancedCrossEntropy(logits: .zeros([1, 3]), labels: Tensor([.nan], shape: [1]))
    }
  }
}
