import Autograd
import TestSupport
import Testing

@Suite struct ComparisonTests {
  @Test func eachRelationIsItsOwn() {
    let (x, z) = (Tensor([1, 2, 3, .nan], shape: [4]), Tensor(2))
    #expect(x.isGreater(than: z).scalars == [0, 0, 1, 0])
    #expect(x.isLess(than: z).scalars == [1, 0, 0, 0])
    #expect(x.isEqual(to: z).scalars == [0, 1, 0, 0])
  }

  @Test func scalarsAreTensorsOfOneValue() {
    let x = Tensor([1, 2, 3, .nan], shape: [4])
    #expect(x.isGreater(than: 2).scalars == [0, 0, 1, 0])
    #expect(x.isLess(than: 2).scalars == [1, 0, 0, 0])
    #expect(x.isEqual(to: 2).scalars == [0, 1, 0, 0])
  }

  @Test func exactlyOneRelationHolds() {
    let (x, z) = (Sample.tensor("x", [3, 19]), Sample.tensor("z", [19]))
    let sum = x.isGreater(than: z) + x.isLess(than: z) + x.isEqual(to: z)
    #expect(sum.scalars == Tensor.ones([3, 19]).scalars)
  }

  @Test func nothingIsRecorded() {
    #expect(!Tensor.ones([2]).tracked().isGreater(than: 0).isTracked)
  }
}
