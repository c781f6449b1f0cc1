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
