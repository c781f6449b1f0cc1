import Autograd
import Testing

@Suite struct TensorTests {
  @Test func copiesDoNotSeeChanges() {
    let original = Tensor([1, 2, 3], shape: [3])
    var copy = original
    copy.mutate { $0[0] = 9 }
    #expect(original.scalars == [1, 2, 3])
    #expect(copy.scalars == [9, 2, 3])
  }

  @Test func changingATrackedTensorKeepsItsPlaceInTheTable() throws {
    var weight = Tensor([1, 2], shape: [2]).tracked()
    let before = weight
    weight.mutate { $0[0] = 5 }
    let gradients = weight.squared().sum().gradients()
    try #expect(#require(gradients[before]).scalars == [10, 4])
  }

  @Test func valuesOfTheWrongNumberAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([1, 2], shape: [3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2]).scalar }
  }

  @Test func describesItselfShortly() {
    #expect("\(Tensor([1, 2], shape: [2]))" == "Tensor([2], [1.0, 2.0])")
    #expect("\(Tensor.zeros([9]))".hasSuffix("0.0, …])"))
  }
}
