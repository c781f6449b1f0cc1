import Autograd
import TestSupport
import Testing

@Suite struct FlipTests {
  @Test func matchesPyTorch() throws {
    try Golden("flip").expectTable(inputs: ["x"], terms: 0) { inputs, options in
      inputs[0].flipped(axis: options[0])
    }
  }

  @Test(arguments: 0..<3) func gradient(axis: Int) {
    expectGradientsMatch("flip", [[3, 4, 5]]) { $0[0].flipped(axis: axis).squared() }
  }

  @Test(arguments: 0..<3) func isItsOwnInverse(axis: Int) {
    let x = Sample.tensor("x", [3, 4, 19])
    #expect(x.flipped(axis: axis).flipped(axis: axis).scalars == x.scalars)
    #expect(x.flipped(axis: axis).scalars != x.scalars)
  }
}
