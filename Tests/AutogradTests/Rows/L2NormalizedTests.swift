import Autograd
import TestSupport
import Testing

@Suite struct L2NormalizedTests {
  @Test(arguments: [0, 1, -1])
  func gradient(axis: Int) {
    expectGradientsMatch("l2Normalized", [[3, 4, 5]]) { $0[0].l2Normalized(axis: axis) }
  }

  @Test func matchesPyTorch() throws {
    try Golden("l2_normalized").expectTable(inputs: ["x"], terms: 6) { inputs, options in
      inputs[0].l2Normalized(axis: options[0])
    }
  }

  @Test func lengthsAreOneAndZeroStaysZero() {
    let x = Tensor(Sample.tensor("x", [3, 20]).scalars + [Float](repeating: 0, count: 20), shape: [4, 20])
    let y = x.l2Normalized().scalars
    let lengths = (0..<4).map { row in y[row * 20..<row * 20 + 20].reduce(0) { $0 + $1 * $1 } }
    expectClose(
      Tensor(lengths, shape: [4]), Tensor([1, 1, 1, 0], shape: [4]), tolerance: tolerance(terms: 20))
  }

  @Test func scaleDoesNotMatter() {
    let x = Sample.tensor("x", [4, 7])
    let doubled = Tensor(x.scalars.map { 2 * $0 }, shape: x.shape)
    #expect(doubled.l2Normalized().scalars == x.l2Normalized().scalars)
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [300, 131])]) { $0[0].l2Normalized() }
    expectSameBytesForAnyThreads([Sample.tensor("x", [300, 131])]) { $0[0].l2Normalized(axis: 0) }
  }

  /// A length that is none is not taken for a short one.
  @Test func notANumberReachesItsWholeLine() {
    let y = Tensor([1, .nan, 3, 4], shape: [2, 2]).l2Normalized()
    #expect(y.scalars[0].isNaN && y.scalars[1].isNaN)
    expectClose(y.slice(axis: 0, 1..<2), Tensor([0.6, 0.8], shape: [1, 2]), tolerance: 1e-6)
  }
}
