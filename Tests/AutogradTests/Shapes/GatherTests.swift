import Autograd
import TestSupport
import Testing

@Suite struct GatherTests {
  @Test func matchesPyTorch() throws {
    try Golden("gather").expectTable(inputs: ["x"], terms: 4) { inputs, options in
      inputs[0].gathered([3, 0, 0, 4, 1], axis: options[0])
    }
  }

  @Test(arguments: 0..<3) func gradient(axis: Int) {
    expectGradientsMatch("gather", [[3, 4, 5]]) { $0[0].gathered([2, 0, 0, 1], axis: axis).squared() }
  }

  @Test func allIndicesInOrderChangeNothing() {
    let x = Sample.tensor("x", [3, 7, 2])
    #expect(x.gathered(Array(0..<7), axis: 1).scalars == x.scalars)
  }

  @Test func indicesOutsideAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).gathered([3], axis: 1) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).gathered([-1], axis: 1) }
  }
}

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
