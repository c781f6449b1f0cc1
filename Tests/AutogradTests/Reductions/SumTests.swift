import Autograd
import TestSupport
import Testing

@Suite struct SumTests {
  @Test func matchesPyTorch() throws {
    try Golden("sum").expectTable(inputs: ["x"], terms: 693) { inputs, axes in inputs[0].sum(axes: axes) }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], []])
  func gradient(axes: [Int]) {
    expectGradientsMatch("sum", [[3, 4, 5]], in: -2...2) {
      $0[0].sum(axes: axes, keepingAxes: axes.count == 1)
    }
  }

  @Test func keptAxesHaveExtentOne() {
    let x = Sample.tensor("x", [2, 3, 4])
    #expect(x.sum(axes: [0, 2], keepingAxes: true).shape == [1, 3, 1])
    #expect(x.sum(axes: [0, 2]).shape == [3])
    #expect(x.sum().shape == [])
  }

  @Test func isLinear() {
    let (x, y) = (Sample.tensor("x", [7, 50]), Sample.tensor("y", [7, 50]))
    expectClose(
      (x * 2 + y).sum(axes: [0]), x.sum(axes: [0]) * 2 + y.sum(axes: [0]), tolerance: tolerance(terms: 14))
  }

  @Test(arguments: [[3_000_000], [3, 1_000_000], [1_000_000, 3], [30, 1000, 100]] as [Shape])
  func longSumsKeepTheirDigits(shape: Shape) {
    let x = Tensor(repeating: 0.1, shape: shape)
    for axes in [[0], Array(0..<shape.rank)] {
      let count = axes.reduce(1) { $0 * shape[$1] }
      let exact = Float(Double(Float(0.1)) * Double(count))
      for total in x.sum(axes: axes).scalars.prefix(4) {
        #expect(abs(total - exact) <= 4 * exact.ulp, "\(shape) over \(axes)")
      }
    }
  }

  @Test func anEmptySumIsZero() {
    #expect(Tensor.zeros([0, 3]).sum(axes: [0]).scalars == [0, 0, 0])
    #expect(Tensor.zeros([0]).sum().scalar == 0)
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
  func threadsDoNotMatter(axes: [Int]) {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 1100, 70])]) { $0[0].sum(axes: axes) }
  }

  @Test func axesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).sum(axes: [2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).sum(axes: [1, -1]) }
  }
}
