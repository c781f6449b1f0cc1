import Autograd
import TestSupport
import Testing

@Suite struct DropoutTests {
  @Test func keepsAboutTheShareThatItShould() {
    let y = Tensor.ones([100_000]).dropout(probability: 0.3, random: Philox(seed: 1, name: "layer"))
    let kept = y.scalars.count { $0 != 0 }
    // Five standard deviations of a binomial count.
    #expect(abs(kept - 70_000) < 725)
    #expect(Set(y.scalars) == [0, 1 / (1 - 0.3)])
  }

  @Test func theGradientHasTheSameMask() throws {
    let x = (Sample.tensor("x", [7, 19]).absoluteValue() + 1).tracked()
    let y = x.dropout(probability: 0.5, random: Philox(seed: 1, name: "layer"))
    let gradient = try #require(y.sum().gradients()[x])
    #expect((gradient * x.detached()).scalars == y.scalars)
  }

  @Test func gradient() {
    expectGradientsMatch("dropout", [[4, 5]]) {
      $0[0].squared().dropout(probability: 0.4, random: Philox(seed: 3, name: "layer"))
    }
  }

  @Test func anotherStreamGivesAnotherMask() {
    let x = Tensor.ones([100])
    let first = x.dropout(probability: 0.5, random: Philox(seed: 1, name: "layer", step: 1)).scalars
    #expect(x.dropout(probability: 0.5, random: Philox(seed: 1, name: "layer", step: 1)).scalars == first)
    #expect(x.dropout(probability: 0.5, random: Philox(seed: 1, name: "layer", step: 2)).scalars != first)
    #expect(x.dropout(probability: 0.5, random: Philox(seed: 1, name: "other", step: 1)).scalars != first)
  }

  @Test func zeroProbabilityChangesNothing() {
    let x = Sample.tensor("x", [19])
    #expect(x.dropout(probability: 0, random: Philox(seed: 1)).scalars == x.scalars)
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [70_001])]) {
      $0[0].dropout(probability: 0.2, random: Philox(seed: 1))
    }
  }

  @Test func certainLossIsRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.ones([2]).dropout(probability: 1, random: Philox(seed: 1))
    }
  }
}
