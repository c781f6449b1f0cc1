import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test func matchesReference() throws {
    try expectLayerMatches("linear", terms: 6) { Linear(6, 4, in: $0) }
  }

  @Test func startsWithinOneOverTheRootOfTheInputs() {
    let layer = Linear(25, 100, in: ParameterStore(seed: 0).root)
    let values = layer.weight.value.scalars + (layer.bias?.value.scalars ?? [])
    #expect(values.allSatisfy { abs($0) < 0.2 })
    #expect(values.contains { $0 > 0.19 } && values.contains { $0 < -0.19 })
  }
}
