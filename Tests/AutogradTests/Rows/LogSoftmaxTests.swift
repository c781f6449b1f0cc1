import Autograd
import TestSupport
import Testing

@Suite struct LogSoftmaxTests {
  @Test func matchesPyTorch() throws {
    try Golden("logSoftmax").expectTable(inputs: ["x"], terms: 37, scale: 8) { inputs, options in
      inputs[0].logSoftmax(axis: options[0])
    }
  }

  @Test(arguments: [-1, 0, 1]) func gradient(axis: Int) {
    expectGradientsMatch("logSoftmax", [[3, 4, 18]]) { $0[0].logSoftmax(axis: axis) }
  }

  @Test func isTheLogarithmOfTheSoftmax() {
    let x = Sample.tensor("x", [40, 21])
    expectClose(x.logSoftmax(), x.softmax().log(), tolerance: tolerance(terms: 21, scale: 8))
  }

  @Test func hugeValuesStayFinite() {
    #expect(Tensor([-1000, 1000], shape: [2]).logSoftmax().scalars == [-2000, 0])
  }

  /// Sixteen short rows go together, the rest of them and long ones alone.
  @Test(arguments: [1, 5, 16, 21, 48, 49]) func otherRowsDoNotMatter(length: Int) throws {
    try expectSameBytesForRowsAlone(Sample.tensor("x", [35, length]) * 9) { $0.logSoftmax() }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3000, 37])]) { $0[0].logSoftmax() }
  }
}
