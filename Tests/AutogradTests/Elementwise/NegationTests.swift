import Autograd
import TestSupport
import Testing

@Suite struct NegationTests {
  @Test func matchesPyTorch() throws {
    try Golden("negation").expectTable(inputs: ["x"], terms: 0) { inputs, _ in -inputs[0] }
  }

  @Test func gradient() {
    expectGradientsMatch("negation", [[4, 5]]) { -$0[0] }
  }

  @Test func isItsOwnInverse() {
    let x = Sample.tensor("x", [3, 19])
    #expect((-(-x)).scalars == x.scalars)
    #expect((x + -x).scalars == Tensor.zeros([3, 19]).scalars)
  }
}
