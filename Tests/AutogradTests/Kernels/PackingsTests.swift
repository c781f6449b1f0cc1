import Autograd
import TestSupport
import Testing

/// Products of constants, whose packed columns are kept, against those of tracked values, which are packed anew.
@Suite struct PackingsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let input: Shape
    let weight: Shape
    let product: @Sendable (_ input: Tensor, _ weight: Tensor) -> Tensor
  }

  static let cases = [
    Case(testDescription: "linear", input: [70, 40], weight: [24, 40]) { $0.linear($1) },
    Case(testDescription: "linear and GELU", input: [70, 40], weight: [24, 40]) { $0.linearGELU($1) },
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
    let first = product.product(x, weight).scalars
    #expect(product.product(x, weight).scalars == first)
    #expect(product.product(x, weight.tracked()).scalars == first)
  }

  @Test(arguments: cases) func changedValuesArePackedAnew(product: Case) {
    let x = Sample.tensor("x", product.input)
    var weight = Sample.tensor("weight", product.weight)
    let before = product.product(x, weight).scalars
    weight.mutate { values in
      for index in values.indices { values[index] *= -2 }
    }
    let after = product.product(x, weight).scalars
    #expect(after != before)
    #expect(after == product.product(x, Tensor(weight.scalars, shape: weight.shape)).scalars)
  }

  /// A convolution's kernel of one pixel and a linear layer's weight may be the same values.
  @Test func otherUsesOfTheSameValuesHaveTheirOwn() {
    let x = Sample.tensor("x", [50, 16])
    let weight = Sample.tensor("weight", [16, 16])
    let map = x.reshaped(to: [1, 5, 10, 16])
    let kernel = weight.reshaped(to: [1, 1, 16, 16])
    let (linear, convolution) = (x.linear(weight).scalars, map.conv2D(kernel).scalars)
    #expect(linear == x.linear(weight.tracked()).scalars)
    #expect(convolution == map.conv2D(kernel.tracked()).scalars)
    #expect(linear != convolution)
  }
}
