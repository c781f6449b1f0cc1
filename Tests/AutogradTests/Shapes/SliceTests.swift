import Autograd
import TestSupport
import Testing

@Suite struct SliceTests {
  @Test func matchesPyTorch() throws {
    try Golden("slice").expectTable(inputs: ["x"], terms: 0) { inputs, options in
      inputs[0].slice(axis: options[0], options[1]..<options[2])
    }
  }

  @Test(arguments: 0..<3) func gradient(axis: Int) {
    expectGradientsMatch("slice", [[3, 4, 5]]) { $0[0].slice(axis: axis, 1..<3).squared() }
  }

  @Test func partsMakeTheWhole() {
    let x = Sample.tensor("x", [3, 7, 5])
    let parts = [0..<2, 2..<3, 3..<7].map { x.slice(axis: 1, $0) }
    #expect(Tensor.concatenated(parts, axis: 1).scalars == x.scalars)
  }

  @Test func rangesOutsideAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).slice(axis: 1, 2..<4) }
  }
}
