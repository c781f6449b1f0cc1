import Autograd
import TestSupport
import Testing

@Suite struct PointwiseMaximumTests {
  @Test func matchesPyTorch() throws {
    try Golden("pointwiseMaximum").expectTable(inputs: ["x", "z"], terms: 72, scale: 16) { inputs, _ in
      inputs[0].pointwiseMaximum(inputs[1])
    }
  }

  @Test(
    arguments: [([4, 5], [4, 5]), ([2, 3, 5], [5]), ([3, 1], [2, 1, 4]), ([], [7])] as [(Shape, Shape)])
  func gradient(left: Shape, right: Shape) {
    expectGradientsMatch("pointwiseMaximum", [left, right], in: -20...20) { $0[0].pointwiseMaximum($0[1]) }
  }

  @Test func equalValuesShareTheGradient() throws {
    let (x, z) = (Tensor([1, 2, 3], shape: [3]).tracked(), Tensor([3, 2, 1], shape: [3]).tracked())
    let gradients = x.pointwiseMaximum(z).sum().gradients()
    try #expect(#require(gradients[x]).scalars == [0, 0.5, 1])
    try #expect(#require(gradients[z]).scalars == [1, 0.5, 0])
  }

  @Test func notANumberWins() {
    let (x, z) = (Tensor([.nan, 1], shape: [2]), Tensor([1, .nan], shape: [2]))
    #expect(x.pointwiseMaximum(z).scalars.allSatisfy { $0.isNaN })
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [6, 40, 401]), Sample.tensor("z", [401])]) {
      $0[0].pointwiseMaximum($0[1])
    }
  }
}

@Suite struct PointwiseMinimumTests {
  @Test func matchesPyTorch() throws {
    try Golden("pointwiseMinimum").expectTable(inputs: ["x", "z"], terms: 72, scale: 16) { inputs, _ in
      inputs[0].pointwiseMinimum(inputs[1])
    }
  }

  @Test(
    arguments: [([4, 5], [4, 5]), ([2, 3, 5], [5]), ([3, 1], [2, 1, 4]), ([], [7])] as [(Shape, Shape)])
  func gradient(left: Shape, right: Shape) {
    expectGradientsMatch("pointwiseMinimum", [left, right], in: -20...20) { $0[0].pointwiseMinimum($0[1]) }
  }

  @Test func equalValuesShareTheGradient() throws {
    let (x, z) = (Tensor([1, 2, 3], shape: [3]).tracked(), Tensor([3, 2, 1], shape: [3]).tracked())
    let gradients = x.pointwiseMinimum(z).sum().gradients()
    try #expect(#require(gradients[x]).scalars == [1, 0.5, 0])
    try #expect(#require(gradients[z]).scalars == [0, 0.5, 1])
  }

  @Test func notANumberWins() {
    let (x, z) = (Tensor([.nan, 1], shape: [2]), Tensor([1, .nan], shape: [2]))
    #expect(x.pointwiseMinimum(z).scalars.allSatisfy { $0.isNaN })
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [6, 40, 401]), Sample.tensor("z", [401])]) {
      $0[0].pointwiseMinimum($0[1])
    }
  }
}
