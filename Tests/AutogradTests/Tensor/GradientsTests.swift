import Autograd
import TestSupport
import Testing

@Suite struct GradientsTests {
  @Test func intermediateTensorsCanBeAskedAbout() throws {
    let x = Tensor([1, 2, 3], shape: [3]).tracked()
    let hidden = x.squared()
    let gradients = (hidden * hidden).sum().gradients()
    try #expect(#require(gradients[hidden]).scalars == [2, 8, 18])
    try #expect(#require(gradients[x]).scalars == [4, 32, 108])
  }

  @Test func theScalarItselfHasTheGradientOne() throws {
    let loss = Tensor(3).tracked().squared()
    try #expect(#require(loss.gradients()[loss]).scalar == 1)
  }

  @Test func whatItDoesNotDependOnHasNone() {
    let (x, other) = (Tensor.ones([2]).tracked(), Tensor.ones([2]).tracked())
    let gradients = x.sum().gradients()
    #expect(gradients[other] == nil)
    #expect(gradients[Tensor.ones([2])] == nil)
    #expect(gradients[x.squared()] == nil)
  }

  @Test func detachingStopsGradients() throws {
    let x = Tensor([2, 3], shape: [2]).tracked()
    let gradients = (x * x.detached()).sum().gradients()
    try #expect(#require(gradients[x]).scalars == [2, 3])
    #expect(!(x.detached() + 1).isTracked)
  }

  @Test func pathsThatMeetAddUp() throws {
    let x = Tensor([1, 2], shape: [2]).tracked()
    let (left, right) = (x * 3, x.squared())
    let gradients = (left + right + left * right).sum().gradients()
    // d/dx (3x + x² + 3x³)
    try #expect(#require(gradients[x]).scalars == [14, 43])
  }

  @Test func oneTensorUsedTwiceGetsBothShares() throws {
    let x = Tensor([5], shape: [1]).tracked()
    try #expect(#require((x + x).sum().gradients()[x]).scalars == [2])
    try #expect(#require((x * x).sum().gradients()[x]).scalars == [10])
  }

  @Test func twoLossesKeepTheirTablesApart() throws {
    let x = Tensor([1, 2], shape: [2]).tracked()
    let (first, second) = (x.sum().gradients(), x.squared().sum().gradients())
    try #expect(#require(first[x]).scalars == [1, 1])
    try #expect(#require(second[x]).scalars == [2, 4])
  }

  @Test func aRetainedGraphGivesTheSameAgain() throws {
    let x = Tensor([1, 2], shape: [2]).tracked()
    let loss = x.squared().sum()
    let first = try #require(loss.gradients(retainingGraph: true)[x])
    let second = try #require(loss.gradients()[x])
    #expect(first.scalars == second.scalars)
  }

  @Test func twoLossesMayShareARetainedGraph() throws {
    let x = Tensor([1, 2], shape: [2]).tracked()
    let hidden = x.squared()
    let first = hidden.sum().gradients(retainingGraph: true)
    let second = (hidden * 2).sum().gradients()
    try #expect(#require(first[hidden]).scalars == [1, 1])
    try #expect(#require(second[x]).scalars == [4, 8])
  }

  @Test func aFreedGraphIsRefused() async {
    await #expect(processExitsWith: .failure) {
      let loss = Tensor.ones([2]).tracked().squared().sum()
      _ = loss.gradients()
      _ = loss.gradients()
    }
  }

  @Test func onlyScalarsHaveGradientsWithoutACotangent() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2]).tracked().squared().gradients() }
    await #expect(processExitsWith: .failure) {
      _ = Tensor.ones([2]).tracked().squared().gradients(from: .ones([3]))
    }
  }

  @Test func cotangentsWeightTheOutputs() throws {
    let x = Tensor([1, 2], shape: [2]).tracked()
    let gradients = x.squared().gradients(from: Tensor([10, 100], shape: [2]))
    try #expect(#require(gradients[x]).scalars == [20, 400])
  }

  @Test func gradientsAreNotRecorded() throws {
    let x = Tensor([1, 2], shape: [2]).tracked()
    try #expect(!#require(x.squared().sum().gradients()[x]).isTracked)
  }

  @Test func nothingIsRecordedForUntrackedInputs() {
    #expect(!(Tensor.ones([2]) * Tensor.ones([2])).exp().sum().isTracked)
  }
}
