import Autograd
import TestSupport
import Testing

@Suite struct AveragePool2DTests {
  @Test func matchesPyTorch() throws {
    try Golden("averagePool2D").expectTable(inputs: ["x"], terms: 9) { inputs, options in
      inputs[0].averagePool2D(window: options[0], stride: options[1], padding: options[2])
    }
  }

  @Test func gradient() {
    expectGradientsMatch("averagePool2D", [[1, 6, 5, 3]]) {
      $0[0].averagePool2D(window: 3, stride: 2, padding: 1)
    }
  }

  @Test func keepsConstants() {
    let x = Tensor(repeating: 3, shape: [2, 4, 6, 5])
    #expect(x.averagePool2D(window: 2, stride: 2).scalars == [Float](repeating: 3, count: 60))
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 15, 14, 19])]) {
      $0[0].averagePool2D(window: 3, stride: 2, padding: 1)
    }
  }
}
