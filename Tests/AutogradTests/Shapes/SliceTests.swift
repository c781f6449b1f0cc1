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

@Suite struct PadTests {
  @Test func matchesPyTorch() throws {
    try Golden("pad").expectTable(inputs: ["x"], terms: 0) { inputs, options in
      inputs[0].padded(
        stride(from: 0, to: 6, by: 2).map { (options[$0], options[$0 + 1]) }, with: 0.5)
    }
  }

  @Test func gradient() {
    expectGradientsMatch("pad", [[3, 4]]) { $0[0].padded([(1, 0), (2, 3)], with: 2).squared() }
  }

  @Test func slicingUndoesIt() {
    let x = Sample.tensor("x", [3, 7])
    let y = x.padded([(1, 2), (3, 0)]).slice(axis: 0, 1..<4).slice(axis: 1, 3..<10)
    #expect(y.scalars == x.scalars)
  }
}
