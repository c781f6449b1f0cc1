import Autograd
import TestSupport
import Testing

@Suite struct StretchTests {
  @Test func matchesPyTorch() throws {
    try Golden("stretch").expectTable(inputs: ["x"], terms: 4) { inputs, options in
      inputs[0].stretched(to: Shape(options))
    }
  }

  @Test func gradient() {
    expectGradientsMatch("stretch", [[3, 1, 5]]) { $0[0].stretched(to: [2, 3, 4, 5]).squared() }
  }

  @Test func isAdditionToZeros() {
    let x = Sample.tensor("x", [3, 1, 19])
    #expect(x.stretched(to: [2, 3, 4, 19]).scalars == (Tensor.zeros([2, 3, 4, 19]) + x).scalars)
  }

  @Test func shrinkingIsRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).stretched(to: [1, 3]) }
  }
}
