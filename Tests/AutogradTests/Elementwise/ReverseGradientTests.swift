import Autograd
import TestSupport
import Testing

@Suite struct ReverseGradientTests {
  @Test func valuesPassUnchanged() {
    let x = Sample.tensor("x", [3, 19])
    #expect(x.reversingGradient().scalars == x.scalars)
  }

  @Test func theGradientIsReversedAndScaled() throws {
    let x = Sample.tensor("x", [3, 19]).tracked()
    let plain = try #require(x.squared().sum().gradients()[x])
    let reversed = try #require(x.reversingGradient(scale: 0.5).squared().sum().gradients()[x])
    #expect(reversed.scalars == (plain * -0.5).scalars)
  }
}
