import Autograd
import TestSupport
import Testing

@Suite struct GlobalMaxPoolTests {
  @Test func matchesPyTorch() throws {
    try Golden("globalMaxPool").expectTable(inputs: ["x"], terms: 35) { inputs, _ in
      inputs[0].globalMaxPool()
    }
  }

  @Test func gradient() {
    expectGradientsMatch("globalMaxPool", [[2, 3, 4, 5]], in: -20...20) { $0[0].globalMaxPool() }
  }

  @Test func keepsConstants() {
    let x = Tensor(repeating: 3, shape: [2, 4, 4, 5])
    #expect(x.globalMaxPool().scalars == [Float](repeating: 3, count: 10))
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 15, 14, 19])]) { $0[0].globalMaxPool() }
  }
}
