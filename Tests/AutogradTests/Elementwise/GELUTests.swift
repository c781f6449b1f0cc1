import Autograd
import TestSupport
import Testing

@Suite struct GELUTests {
  @Test func matchesPyTorch() throws {
    try Golden("gelu").expectTable(inputs: ["x"], terms: 1, scale: 8) { inputs, _ in inputs[0].gelu() }
  }

  @Test func gradient() {
    expectGradientsMatch("gelu", [[4, 5]]) { $0[0].gelu() }
  }

  @Test func differsFromItsMirrorByTheValue() {
    let x = Sample.tensor("x", [3, 19]) * 2
    expectClose(x.gelu() - (-x).gelu(), x, tolerance: tolerance(terms: 1, scale: 8))
    #expect(Tensor([-100, 0, 100], shape: [3]).gelu().scalars == [0, 0, 100])
  }
}
