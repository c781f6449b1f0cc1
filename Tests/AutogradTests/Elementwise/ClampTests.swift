import Autograd
import TestSupport
import Testing

@Suite struct ClampTests {
  @Test func matchesPyTorch() throws {
    try Golden("clamp").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].clamped(to: -0.5...0.75)
    }
  }

  @Test func gradient() {
    expectGradientsMatch("clamp", [[4, 5]], keepAwayFrom: [-0.5, 0.75]) { $0[0].clamped(to: -0.5...0.75) }
  }

  @Test func isIdempotent() {
    let x = Tensor([-2, -0.5, 0, 0.75, 4], shape: [5]).clamped(to: -0.5...0.75)
    #expect(x.scalars == [-0.5, -0.5, 0, 0.75, 0.75])
    #expect(x.clamped(to: -0.5...0.75).scalars == x.scalars)
  }
}
