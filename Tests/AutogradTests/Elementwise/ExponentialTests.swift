import Autograd
import TestSupport
import Testing

@Suite struct ExponentialTests {
  @Test func matchesPyTorch() throws {
    try Golden("exponential").expectTable(inputs: ["x"], terms: 1, scale: 32) { inputs, _ in inputs[0].exp() }
  }

  @Test func gradient() {
    expectGradientsMatch("exponential", [[4, 5]]) { $0[0].exp() }
  }

  @Test func sumsBecomeProducts() {
    let (x, y) = (Sample.tensor("x", [40]), Sample.tensor("y", [40]))
    expectClose((x + y).exp(), x.exp() * y.exp(), tolerance: tolerance(terms: 1, scale: 32))
  }

  @Test func endsAreExact() {
    #expect(
      Tensor([-.infinity, 0, 1000, .infinity], shape: [4]).exp().scalars == [0, 1, .infinity, .infinity])
  }
}

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
