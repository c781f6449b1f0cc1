import Autograd
import TestSupport
import Testing

@Suite struct LinearGELUTests {
  private let x = Sample.tensor("x", [3, 37, 48])
  private let weight = Sample.tensor("weight", [100, 48])
  private let bias = Sample.tensor("bias", [100])

  @Test func equalsOneAfterTheOther() {
    let expected = x.linear(weight, bias: bias).gelu()
    #expect(x.linearGELU(weight, bias: bias).scalars == expected.scalars)
    #expect(x.tracked().linearGELU(weight, bias: bias).scalars == expected.scalars)
    #expect(x.linearGELU(weight).scalars == x.linear(weight).gelu().scalars)
  }

  /// In every width of registers, a block of rows meets these columns in several groups.
  @Test func manyColumnsEqualOneAfterTheOther() {
    let (weight, bias) = (Sample.tensor("weight", [1700, 48]), Sample.tensor("bias", [1700]))
    let fused = x.linearGELU(weight, bias: bias).scalars
    let isEqual = fused == x.linear(weight, bias: bias).gelu().scalars
    #expect(isEqual)
  }

  @Test func gradientsEqualThoseOfOneAfterTheOther() {
    let inputs = [x.tracked(), weight.tracked(), bias.tracked()]
    let cotangent = Sample.tensor("cotangent", [3, 37, 100])
    let fused = inputs[0].linearGELU(inputs[1], bias: inputs[2]).gradients(from: cotangent)
    let plain = inputs[0].linear(inputs[1], bias: inputs[2]).gelu().gradients(from: cotangent)
    for input in inputs { #expect(fused[input]?.scalars == plain[input]?.scalars) }
  }

  @Test func gradient() {
    expectGradientsMatch("linearGELU", [[2, 3, 5], [4, 5], [4]]) { $0[0].linearGELU($0[1], bias: $0[2]) }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([x, weight, bias]) { $0[0].linearGELU($0[1], bias: $0[2]) }
  }
}
