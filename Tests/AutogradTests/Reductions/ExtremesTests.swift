import Autograd
import TestSupport
import Testing

@Suite struct MaximumTests {
  @Test func matchesPyTorch() throws {
    try Golden("maximum").expectTable(inputs: ["x"], terms: 693) { inputs, axes in
      inputs[0].maximum(axes: axes)
    }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], []])
  func gradient(axes: [Int]) {
    expectGradientsMatch("maximum", [[3, 4, 5]], in: -20...20) {
      $0[0].maximum(axes: axes, keepingAxes: axes.count == 1)
    }
  }

  @Test func keptAxesHaveExtentOne() {
    let x = Sample.tensor("x", [2, 3, 4])
    #expect(x.maximum(axes: [0, 2], keepingAxes: true).shape == [1, 3, 1])
    #expect(x.maximum(axes: [0, 2]).shape == [3])
    #expect(x.maximum().shape == [])
  }

  @Test func theFirstOfEqualValuesGetsTheGradient() throws {
    let x = Tensor([1, 3, 3, 1, 3, 1], shape: [2, 3]).tracked()
    let whole = try #require(x.maximum().gradients()[x])
    #expect(whole.scalars == [0, 1, 0, 0, 0, 0])
    let columns = try #require(x.maximum(axes: [0]).sum().gradients()[x])
    #expect(columns.scalars == [1, 1, 1, 0, 0, 0])
  }

  @Test func orderDoesNotMatter() {
    let x = Sample.tensor("x", [9, 70])
    #expect(x.flipped(axis: 0).maximum(axes: [0]).scalars == x.maximum(axes: [0]).scalars)
    #expect(x.maximum().scalar == x.scalars.max())
  }

  @Test func notANumberWins() {
    #expect(Tensor([1, .nan, 2], shape: [3]).maximum().scalar.isNaN)
    #expect(Tensor([1, .nan, 2, 0], shape: [2, 2]).maximum(axes: [0]).scalars[1].isNaN)
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
  func threadsDoNotMatter(axes: [Int]) {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 1100, 70])]) { $0[0].maximum(axes: axes) }
  }

  @Test func axesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).maximum(axes: [2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).maximum(axes: [1, -1]) }
  }
}

@Suite struct MinimumTests {
  @Test func matchesPyTorch() throws {
    try Golden("minimum").expectTable(inputs: ["x"], terms: 693) { inputs, axes in
      inputs[0].minimum(axes: axes)
    }
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2], [-1], []])
  func gradient(axes: [Int]) {
    expectGradientsMatch("minimum", [[3, 4, 5]], in: -20...20) {
      $0[0].minimum(axes: axes, keepingAxes: axes.count == 1)
    }
  }

  @Test func keptAxesHaveExtentOne() {
    let x = Sample.tensor("x", [2, 3, 4])
    #expect(x.minimum(axes: [0, 2], keepingAxes: true).shape == [1, 3, 1])
    #expect(x.minimum(axes: [0, 2]).shape == [3])
    #expect(x.minimum().shape == [])
  }

  @Test func theFirstOfEqualValuesGetsTheGradient() throws {
    let x = Tensor([1, 3, 3, 1, 3, 1], shape: [2, 3]).tracked()
    let whole = try #require(x.minimum().gradients()[x])
    #expect(whole.scalars == [1, 0, 0, 0, 0, 0])
    let columns = try #require(x.minimum(axes: [0]).sum().gradients()[x])
    #expect(columns.scalars == [1, 1, 0, 0, 0, 1])
  }

  @Test func orderDoesNotMatter() {
    let x = Sample.tensor("x", [9, 70])
    #expect(x.flipped(axis: 0).minimum(axes: [0]).scalars == x.minimum(axes: [0]).scalars)
    #expect(x.minimum().scalar == x.scalars.min())
  }

  @Test func notANumberWins() {
    #expect(Tensor([1, .nan, 2], shape: [3]).minimum().scalar.isNaN)
    #expect(Tensor([1, .nan, 2, 0], shape: [2, 2]).minimum(axes: [0]).scalars[1].isNaN)
  }

  @Test(arguments: [[0], [1], [2], [0, 1], [1, 2], [0, 2], [0, 1, 2]])
  func threadsDoNotMatter(axes: [Int]) {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 1100, 70])]) { $0[0].minimum(axes: axes) }
  }

  @Test func axesThatDoNotFitAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).minimum(axes: [2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).minimum(axes: [1, -1]) }
  }
}
