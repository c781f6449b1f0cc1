import Autograd
import TestSupport
import Testing

@Suite struct SoftplusTests {
  @Test func matchesPyTorch() throws {
    try Golden("softplus").expectTable(inputs: ["x"], terms: 1, scale: 16) { inputs, _ in inputs[0].softplus()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("softplus", [[4, 5]]) { $0[0].softplus() }
  }

  @Test func derivativeIsTheSigmoid() throws {
    let x = (Sample.tensor("x", [3, 19]) * 5).tracked()
    let gradient = try #require(x.softplus().sum().gradients()[x])
    expectClose(gradient, x.detached().sigmoid(), tolerance: tolerance(terms: 1))
  }

  @Test func largeValuesStayFinite() {
    #expect(Tensor([-1000, 1000, .infinity], shape: [3]).softplus().scalars == [0, 1000, .infinity])
  }
}
