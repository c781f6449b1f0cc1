import Autograd
import TestSupport
import Testing

@Suite struct SquareTests {
  @Test func matchesPyTorch() throws {
    try Golden("square").expectTable(inputs: ["x"], terms: 1) { inputs, _ in inputs[0].squared() }
  }

  @Test func gradient() {
    expectGradientsMatch("square", [[4, 5]]) { $0[0].squared() }
  }

  @Test func isTheProductWithItself() {
    let x = Sample.tensor("x", [3, 19])
    #expect(x.squared().scalars == (x * x).scalars)
  }
}

@Suite struct SquareRootTests {
  @Test func matchesPyTorch() throws {
    try Golden("squareRoot").expectTable(inputs: ["x"], terms: 1, scale: 8) { inputs, _ in
      inputs[0].squareRoot()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("squareRoot", [[4, 5]], in: 0.3...3) { $0[0].squareRoot() }
  }

  @Test func isRoundedCorrectly() {
    var random = Philox(seed: 1, name: "squareRoot")
    let values = (0..<4096).map { _ in Float(bitPattern: UInt32(random.integer(in: 1..<0x7f80_0000))) }
    let roots = Tensor(values, shape: [4096]).squareRoot().scalars
    for (value, root) in zip(values, roots) {
      #expect(abs(root - value.squareRoot()) <= value.squareRoot().ulp, "√\(value)")
    }
  }

  @Test func endsAreExact() {
    let y = Tensor([0, 1, 9, .infinity, -1], shape: [5]).squareRoot().scalars
    #expect(y[0...3] == [0, 1, 3, .infinity])
    #expect(y[4].isNaN)
  }
}

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
