import Autograd
import TestSupport
import Testing

@Suite struct ReshapeTests {
  @Test func matchesPyTorch() throws {
    try Golden("reshape").expectTable(inputs: ["x"], terms: 0) { inputs, options in
      inputs[0].reshaped(to: Shape(options))
    }
  }

  @Test func gradient() {
    expectGradientsMatch("reshape", [[4, 5]]) { $0[0].reshaped(to: [2, 10]).squared() }
  }

  @Test func goesBackAndForth() {
    let x = Sample.tensor("x", [2, 3, 4])
    #expect(x.reshaped(to: [4, 6]).reshaped(to: x.shape).scalars == x.scalars)
  }

  @Test func anotherNumberOfValuesIsRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).reshaped(to: [5]) }
  }
}
