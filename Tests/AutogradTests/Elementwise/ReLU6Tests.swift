import Autograd
import TestSupport
import Testing

@Suite struct ReLU6Tests {
  @Test func matchesPyTorch() throws {
    try Golden("relu6").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].relu6() }
  }

  @Test func gradient() {
    expectGradientsMatch("relu6", [[4, 5]], in: -3...9, keepAwayFrom: [0, 6]) { $0[0].relu6() }
  }

  @Test func isIdempotent() {
    let x = Tensor([-1, 0, 2, 6, 7, .infinity], shape: [6]).relu6()
    #expect(x.scalars == [0, 0, 2, 6, 6, 6])
    #expect(x.relu6().scalars == x.scalars)
  }
}
