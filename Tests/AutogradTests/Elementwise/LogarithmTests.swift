import Autograd
import TestSupport
import Testing

@Suite struct LogarithmTests {
  @Test func matchesPyTorch() throws {
    try Golden("logarithm").expectTable(inputs: ["x"], terms: 1, scale: 16) { inputs, _ in inputs[0].log() }
  }

  @Test func gradient() {
    expectGradientsMatch("logarithm", [[4, 5]], in: 0.3...3) { $0[0].log() }
  }

  @Test func invertsTheExponential() {
    let x = Sample.tensor("x", [40])
    expectClose(x.exp().log(), x, tolerance: tolerance(terms: 1, scale: 4))
  }

  @Test func endsAreExact() {
    let y = Tensor([0, 1, .infinity, -1], shape: [4]).log().scalars
    #expect(y[0...2] == [-.infinity, 0, .infinity])
    #expect(y[3].isNaN)
  }
}
