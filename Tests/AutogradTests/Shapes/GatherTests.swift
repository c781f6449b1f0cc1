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
