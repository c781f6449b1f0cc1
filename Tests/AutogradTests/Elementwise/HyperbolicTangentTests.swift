import Autograd
import TestSupport
import Testing

@Suite struct HyperbolicTangentTests {
  @Test func matchesPyTorch() throws {
    try Golden("hyperbolicTangent").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].tanh() }
  }

  @Test func gradient() {
    expectGradientsMatch("hyperbolicTangent", [[4, 5]]) { $0[0].tanh() }
  }

  @Test func isAStretchedSigmoid() {
    let x = Sample.tensor("x", [3, 19]) * 3
    expectClose(x.tanh(), (x * 2).sigmoid() * 2 - 1, tolerance: tolerance(terms: 1))
    #expect(Tensor([-.infinity, 0, .infinity], shape: [3]).tanh().scalars == [-1, 0, 1])
  }
}
