import Autograd
import TestSupport
import Testing

@Suite struct MeanTests {
  @Test func matchesPyTorch() throws {
    try Golden("mean").expectTable(inputs: ["x"], terms: 693) { inputs, axes in inputs[0].mean(axes: axes) }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], []])
  func gradient(axes: [Int]) {
    expectGradientsMatch("mean", [[3, 4, 5]], in: -2...2) {
      $0[0].mean(axes: axes, keepingAxes: axes.count == 1)
    }
  }

  @Test func keptAxesHaveExtentOne() {
    let x = Sample.tensor("x", [2, 3, 4])
    #expect(x.mean(axes: [0, 2], keepingAxes: true).shape == [1, 3, 1])
    #expect(x.mean(axes: [0, 2]).shape == [3])
    #expect(x.mean().shape == [])
  }

  @Test func ofAConstantIsTheConstant() {
    let x = Tensor(repeating: 3.25, shape: [5, 7, 11])
    #expect(x.mean(axes: [0, 2]).scalars == [Float](repeating: 3.25, count: 7))
    #expect(x.mean().scalar == 3.25)
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
  func threadsDoNotMatter(axes: [Int]) {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 1100, 70])]) { $0[0].mean(axes: axes) }
  }

  @Test func axesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).mean(axes: [2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).mean(axes: [1, -1]) }
  }
}

@Suite struct VarianceTests {
  @Test func matchesPyTorch() throws {
    try Golden("variance").expectTable(inputs: ["x"], terms: 693) { inputs, axes in
      inputs[0].variance(axes: axes)
    }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], []])
  func gradient(axes: [Int]) {
    expectGradientsMatch("variance", [[3, 4, 5]], in: -2...2) {
      $0[0].variance(axes: axes, keepingAxes: axes.count == 1)
    }
  }

  @Test func keptAxesHaveExtentOne() {
    let x = Sample.tensor("x", [2, 3, 4])
    #expect(x.variance(axes: [0, 2], keepingAxes: true).shape == [1, 3, 1])
    #expect(x.variance(axes: [0, 2]).shape == [3])
    #expect(x.variance().shape == [])
  }

  @Test func shiftsDoNotMatterAndScalesAreSquared() {
    let x = Sample.tensor("x", [40, 5])
    let variance = x.variance(axes: [0])
    expectClose((x + 8).variance(axes: [0]), variance, tolerance: tolerance(terms: 40, scale: 8))
    expectClose((x * 4).variance(axes: [0]), variance * 16, tolerance: tolerance(terms: 40, scale: 8))
  }

  @Test func unbiasedMatchesPyTorch() throws {
    try Golden("unbiasedVariance").expectTable(inputs: ["x"], terms: 693) { inputs, axes in
      inputs[0].variance(axes: axes, unbiased: true)
    }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
  func threadsDoNotMatter(axes: [Int]) {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 1100, 70])]) { $0[0].variance(axes: axes) }
  }

  @Test func axesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).variance(axes: [2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).variance(axes: [1, -1]) }
  }
}
