import Autograd
import TestSupport
import Testing

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
