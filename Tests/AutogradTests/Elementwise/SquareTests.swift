import Autograd
import TestSupport
import Testing

@Suite struct SquareTests {
  @Test func matchesPyTorch() throws {
    try Golden("square").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].squared() }
  }

  @Test func gradient() {
    expectGradientsMatch("square", [[4, 5]]) { $0[0].squared() }
  }

  @Test func isTheProductWithItself() {
    let x = Sample.tensor("x", [3, 19])
    #expect(x.squared().scalars == (x * x).scalars)
  }
}
