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
