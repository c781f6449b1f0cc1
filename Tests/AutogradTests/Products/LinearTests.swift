import Autograd
import TestSupport
import Testing

@Suite struct LinearTests {
  @Test func matchesPyTorch() throws {
    try Golden("linear").expectTable(inputs: ["x", "weight", "bias"], terms: 51) { inputs, _ in
      inputs[0].linear(inputs[1], bias: inputs[2])
    }
  }

  @Test func gradient() {
    expectGradientsMatch("linear", [[2, 3, 5], [4, 5], [4]]) { $0[0].linear($0[1], bias: $0[2]) }
    expectGradientsMatch("linear without bias", [[3, 5], [4, 5]]) { $0[0].linear($0[1]) }
  }

  @Test func equalsMatmul() {
    let (x, weight) = (Sample.tensor("x", [6, 33]), Sample.tensor("weight", [21, 33]))
    expectClose(
      x.linear(weight), x.matmul(weight, transposingOther: true), tolerance: tolerance(terms: 33))
  }

  @Test func frozenWeightPassesTheGradientOn() throws {
    let x = Sample.tensor("x", [2, 3]).tracked()
    let weight = Sample.tensor("weight", [4, 3])
    let gradient = try #require(x.linear(weight).sum().gradients()[x])
    #expect(gradient.shape == x.shape)
    let tracked = weight.tracked()
    #expect(x.detached().linear(tracked).sum().gradients()[tracked]?.shape == weight.shape)
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads(
      [Sample.tensor("x", [3, 197, 48]), Sample.tensor("weight", [100, 48]), Sample.tensor("bias", [100])]
    ) { $0[0].linear($0[1], bias: $0[2]) }
  }

  @Test func refusesInputsThatDoNotFit() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.zeros([2, 3]).linear(.zeros([3, 4])) }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([2, 3]).linear(.zeros([4, 3]), bias: .zeros([3]))
    }
  }

  /// A sum of nothing is the bias, for any number of rows.
  @Test func withoutInputsTheBiasIsLeft() throws {
    let x = Tensor.zeros([2, 3, 0]).tracked()
    let (weight, bias) = (Tensor.zeros([2, 0]).tracked(), Tensor([1, -2], shape: [2]).tracked())
    let y = x.linear(weight, bias: bias)
    #expect(y.shape == [2, 3, 2])
    #expect(y.scalars == [1, -2, 1, -2, 1, -2, 1, -2, 1, -2, 1, -2])
    #expect(x.linear(weight).scalars == [Float](repeating: 0, count: 12))
    let gradients = y.sum().gradients()
    #expect(gradients[x]?.shape == [2, 3, 0])
    #expect(gradients[weight]?.shape == [2, 0])
    #expect(gradients[bias]?.scalars == [6, 6])
  }

  @Test func withoutRowsGradientsAreZero() throws {
    let (weight, bias) = (Tensor.ones([4, 3]).tracked(), Tensor.ones([4]).tracked())
    let y = Tensor.zeros([0, 3]).tracked().linear(weight, bias: bias)
    #expect(y.shape == [0, 4])
    let gradients = y.sum().gradients()
    #expect(gradients[weight]?.scalars == [Float](repeating: 0, count: 12))
    #expect(gradients[bias]?.scalars == [0, 0, 0, 0])
  }
}
