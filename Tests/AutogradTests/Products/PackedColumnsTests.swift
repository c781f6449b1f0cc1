import Autograd
import TestSupport
import Testing

/// Products of constants, whose packed columns are kept, against those of the same values in other memory.
@Suite struct PackingsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: Shape
    let weight: Shape
    let product: @Sendable (_ input: Tensor, _ weight: Tensor) -> Tensor
  }

  static let cases = [
    Case(testDescription: "linear", input: [70, 40], weight: [24, 40]) { $0.linear($1) },
    Case(testDescription: "MLP", input: [70, 40], weight: [24, 40]) {
      $0.mlp($1, Sample.tensor("second", [8, 24]))
    },
    Case(testDescription: "convolution", input: [1, 9, 9, 20], weight: [3, 3, 20, 16]) {
      $0.conv2D($1, padding: 1)
    },
    Case(testDescription: "groups", input: [1, 9, 9, 32], weight: [3, 3, 16, 48]) {
      $0.conv2D($1, padding: 1, groups: 2)
    },
    Case(testDescription: "Winograd", input: [4, 16, 16, 32], weight: [3, 3, 32, 32]) {
      $0.conv2D($1, padding: 1)
    },
  ]

  @Test(arguments: cases) func keptColumnsGiveTheSameBytes(product: Case) {
    let (x, weight) = (Sample.tensor("x", product.input), Sample.tensor("weight", product.weight))
    let first = product.product(x, weight)
    #expect(areEqual(product.product(x, weight), first), "kept")
    #expect(areEqual(product.product(x, weight.tracked()), first), "kept, for a tracked use")
    #expect(areEqual(product.product(x, copy(weight).tracked()), first), "packed anew")
  }

  @Test(arguments: cases) func changedValuesArePackedAnew(product: Case) {
    let x = Sample.tensor("x", product.input)
    var weight = Sample.tensor("weight", product.weight)
    let before = product.product(x, weight)
    weight.mutate { values in
      for index in values.indices { values[index] *= -2 }
    }
    let after = product.product(x, weight)
    #expect(!areEqual(after, before))
    #expect(areEqual(after, product.product(x, copy(weight))))
  }

  /// A convolution's kernel of one pixel and a linear layer's weight may be the same values.
  @Test func otherUsesOfTheSameValuesHaveTheirOwn() {
    let x = Sample.tensor("x", [50, 16])
    let weight = Sample.tensor("weight", [16, 16])
    let map = x.reshaped(to: [1, 5, 10, 16])
    let kernel = weight.reshaped(to: [1, 1, 16, 16])
    let (linear, convolution) = (x.linear(weight), map.conv2D(kernel))
    #expect(areEqual(linear, x.linear(copy(weight))))
    #expect(areEqual(convolution, map.conv2D(copy(kernel))))
    #expect(!areEqual(linear, convolution))
  }

  private func copy(_ tensor: Tensor) -> Tensor { Tensor(tensor.scalars, shape: tensor.shape) }

  /// Whether all values are the same; arrays in an expectation would be printed whole.
  private func areEqual(_ left: Tensor, _ right: Tensor) -> Bool { left.scalars == right.scalars }
}
