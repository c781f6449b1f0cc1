import Autograd
import TestSupport
import Testing

@Suite struct SigmoidTests {
  @Test func matchesPyTorch() throws {
    try Golden("sigmoid").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].sigmoid() }
  }

  @Test func gradient() {
    expectGradientsMatch("sigmoid", [[4, 5]]) { $0[0].sigmoid() }
  }

  @Test func isPointSymmetric() {
    let x = Sample.tensor("x", [3, 19]) * 5
    expectClose(x.sigmoid() + (-x).sigmoid(), .ones([3, 19]), tolerance: tolerance(terms: 1))
    #expect(Tensor([-.infinity, 0, .infinity], shape: [3]).sigmoid().scalars == [0, 0.5, 1])
  }
}
