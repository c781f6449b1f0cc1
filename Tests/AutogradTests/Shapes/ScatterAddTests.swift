import Autograd
import TestSupport
import Testing

@Suite struct ScatterAddTests {
  @Test func matchesPyTorch() throws {
    try Golden("scatterAdd").expectTable(inputs: ["x", "z"], terms: 4) { inputs, options in
      inputs[0].scatteringAdd(inputs[1], at: [3, 0, 0, 4, 1], axis: options[0])
    }
  }

  @Test func gradient() {
    expectGradientsMatch("scatterAdd", [[3, 4, 5], [3, 2, 5]]) {
      $0[0].scatteringAdd($0[1], at: [2, 2], axis: 1).squared()
    }
  }

  @Test func nothingIsLost() {
    let (x, z) = (Sample.tensor("x", [3, 7, 2]), Sample.tensor("z", [3, 4, 2]))
    expectClose(
      x.scatteringAdd(z, at: [6, 1, 1, 0], axis: 1).sum(), x.sum() + z.sum(),
      tolerance: tolerance(terms: 66, scale: 2))
  }

  @Test func updatesOfAnotherShapeAreRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.ones([2, 3]).scatteringAdd(.ones([2, 2]), at: [0], axis: 1)
    }
  }
}
