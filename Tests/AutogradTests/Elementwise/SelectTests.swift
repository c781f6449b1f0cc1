import Autograd
import TestSupport
import Testing

@Suite struct SelectTests {
  @Test func matchesPyTorch() throws {
    let golden = try Golden("select")
    for name in golden.configurations {
      let condition = try golden["\(name)/condition"]
      let (x, z) = (try golden["\(name)/x"].tracked(), try golden["\(name)/z"].tracked())
      let y = Tensor.select(condition, x, z)
      try expectClose(y, golden["\(name)/y"], tolerance: 0, name)
      let gradients = y.gradients(from: try golden["\(name)/cotangent"])
      let bound = tolerance(terms: 72, scale: 4)
      try expectClose(#require(gradients[x]), golden["\(name)/x.gradient"], tolerance: bound, name)
      try expectClose(#require(gradients[z]), golden["\(name)/z.gradient"], tolerance: bound, name)
    }
  }

  @Test func gradient() {
    let condition = Tensor([0, 1, 1, 0, 1], shape: [5])
    expectGradientsMatch("select", [[4, 5], [4, 1]]) { Tensor.select(condition, $0[0], $0[1]) }
  }

  @Test func equalSidesMakeTheConditionIrrelevant() {
    let x = Sample.tensor("x", [3, 19])
    #expect(Tensor.select(Sample.tensor("c", [19]).isGreater(than: 0), x, x).scalars == x.scalars)
  }

  @Test func theOtherSideMayBeNotANumber() {
    let y = Tensor.select(
      Tensor([1, 0], shape: [2]), Tensor([1, .nan], shape: [2]), Tensor([.nan, 2], shape: [2]))
    #expect(y.scalars == [1, 2])
  }
}
