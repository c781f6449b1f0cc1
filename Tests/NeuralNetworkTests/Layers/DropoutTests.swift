import Autograd
import NeuralNetwork
import Testing

@Suite struct DropoutTests {
  private let x = Tensor.ones([4000])

  @Test func inferenceChangesNothing() {
    #expect(Dropout(0.5, in: ParameterStore(seed: 0).root["d"])(x, .inference).scalars == x.scalars)
  }

  @Test func theMaskBelongsToSeedStepAndName() {
    func mask(_ name: String, _ seed: UInt64, _ step: Int) -> [Float] {
      Dropout(0.25, in: ParameterStore(seed: 0).root[name])(x, .training(seed: seed, step: step)).scalars
    }
    let first = mask("a", 1, 1)
    #expect(first == mask("a", 1, 1))
    for other in [mask("b", 1, 1), mask("a", 2, 1), mask("a", 1, 2)] { #expect(first != other) }
    #expect(Set(first) == [0, 1 / 0.75])
    let kept = first.count { $0 != 0 }
    // Four standard deviations of 4000 draws.
    #expect(abs(kept - 3000) < 110)
  }
}
