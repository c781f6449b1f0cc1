import Autograd
import TestSupport
import Testing

@Suite struct PowerTests {
  @Test func matchesPyTorch() throws {
    try Golden("power").expectTable(inputs: ["x"], terms: 1, scale: 256) { inputs, options in
      inputs[0].power(Float(options[0]) / 10)
    }
  }

  @Test(arguments: [-2, -0.5, 0, 0.5, 1, 2, 2.7] as [Float])
  func gradient(exponent: Float) {
    expectGradientsMatch("power", [[4, 5]], in: 0.5...2) { $0[0].power(exponent) }
  }

  @Test func exponentsAdd() {
    let x = Sample.tensor("x", [3, 19]).absoluteValue() + 0.1
    expectClose(x.power(1.3) * x.power(0.7), x.squared(), tolerance: tolerance(terms: 1, scale: 16))
  }

  @Test func negativeBasesTakeWholeExponents() {
    let x = Tensor([-2, -1], shape: [2])
    #expect(x.power(3).scalars == [-8, -1])
    #expect(x.power(0.3).scalars.allSatisfy { $0.isNaN })
  }
}
