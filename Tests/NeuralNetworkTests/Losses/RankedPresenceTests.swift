import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct RankedPresenceTests {
  private func present(_ labels: Tensor) -> [[Int]] {
    let count = labels.count / labels.shape[0]
    return (0..<labels.shape[0]).map { image in
      Set(labels.scalars[image * count..<(image + 1) * count].map { Int($0) }).filter { $0 > 0 && $0 < 255 }
        .sorted()
    }
  }

  @Test func matchesReference() throws {
    try expectLossMatches("ranked_presence") { rankedPresence(logits: $0, present: present($1)) }
  }

  @Test func gradient() {
    expectGradientsMatch("rankedPresence", [[2, 2, 3, 4]]) {
      rankedPresence(logits: $0[0], present: [[2], [1, 3]])
    }
  }

  @Test func fillingAHeldClassLowersIt() {
    func loss(_ height: Float) -> Float {
      rankedPresence(logits: Tensor([0, height, 0, 1, 0, 0], shape: [1, 1, 2, 3]), present: [[1]]).scalar
    }
    #expect(loss(2) < loss(1))
  }

  @Test func imagesWithoutAndWithAllClassesAreFinite() {
    let loss = rankedPresence(logits: .zeros([2, 2, 2, 3]), present: [[], [1, 2]])
    #expect(loss.scalar.isFinite)
  }
}
