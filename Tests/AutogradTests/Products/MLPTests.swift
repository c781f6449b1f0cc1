import Autograd
import TestSupport
import Testing

@Suite struct MLPTests {
  private let x = Sample.tensor("x", [3, 37, 48])
  private let weights = [Sample.tensor("first", [100, 48]), Sample.tensor("second", [40, 100])]
  private let biases = [Sample.tensor("firstBias", [100]), Sample.tensor("secondBias", [40])]

  private func apart(_ x: Tensor, _ weights: [Tensor], _ biases: [Tensor]) -> Tensor {
    x.linear(weights[0], bias: biases[0]).gelu().linear(weights[1], bias: biases[1])
  }

  private func together(_ x: Tensor, _ weights: [Tensor], _ biases: [Tensor]) -> Tensor {
    x.mlp(weights[0], bias: biases[0], weights[1], bias: biases[1])
  }

  @Test func equalsOneAfterTheOther() {
    let expected = apart(x, weights, biases).scalars
    #expect(together(x, weights, biases).scalars == expected)
    #expect(together(x.tracked(), weights, biases).scalars == expected)
    #expect(x.mlp(weights[0], weights[1]).scalars == x.linear(weights[0]).gelu().linear(weights[1]).scalars)
  }

  /// In every width of registers, a block of rows meets these columns in several groups.
  @Test func manyColumnsEqualOneAfterTheOther() {
    let weights = [Sample.tensor("first", [1700, 48]), Sample.tensor("second", [40, 1700])]
    let biases = [Sample.tensor("firstBias", [1700]), biases[1]]
    let isEqual = together(x, weights, biases).scalars == apart(x, weights, biases).scalars
    #expect(isEqual)
  }

  /// Each subset of the five inputs may be tracked, as in a network that is partly frozen.
  @Test(arguments: 1..<32) func gradientsEqualThoseOfOneAfterTheOther(mask: Int) {
    let inputs = ([x] + weights + biases).enumerated().map { number, input in
      mask >> number & 1 == 1 ? input.tracked() : input
    }
    func gradients(_ body: (Tensor, [Tensor], [Tensor]) -> Tensor) -> [[Float]?] {
      let output = body(inputs[0], Array(inputs[1...2]), Array(inputs[3...]))
      let gradients = output.gradients(from: Sample.tensor("cotangent", [3, 37, 40]))
      return inputs.filter(\.isTracked).map { gradients[$0]?.scalars }
    }
    let isEqual = gradients(together) == gradients(apart)
    #expect(isEqual)
  }

  @Test func gradientsWithoutBiasesEqualThoseOfOneAfterTheOther() {
    let (x, first, second) = (x.tracked(), weights[0].tracked(), weights[1].tracked())
    let cotangent = Sample.tensor("cotangent", [3, 37, 40])
    let fused = x.mlp(first, second).gradients(from: cotangent)
    let plain = x.linear(first).gelu().linear(second).gradients(from: cotangent)
    for input in [x, first, second] { #expect(fused[input]?.scalars == plain[input]?.scalars) }
  }

  @Test func gradient() {
    expectGradientsMatch("mlp", [[2, 3, 5], [4, 5], [4], [3, 4], [3]]) {
      $0[0].mlp($0[1], bias: $0[2], $0[3], bias: $0[4])
    }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([x] + weights + biases) {
      together($0[0], Array($0[1...2]), Array($0[3...]))
    }
  }

  @Test func withoutInputsTheBiasesAreLeft() {
    let y = Tensor.zeros([2, 0]).mlp(
      .zeros([3, 0]), bias: .zeros([3]), .ones([1, 3]), bias: Tensor([5], shape: [1]))
    #expect(y.scalars == [5, 5])
    let one = Tensor.zeros([1, 2]).mlp(
      .zeros([0, 2]), bias: nil, .zeros([2, 0]), bias: Tensor([3, 4], shape: [2]))
    #expect(one.scalars == [3, 4])
  }
}
