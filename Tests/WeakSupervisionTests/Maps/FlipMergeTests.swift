import Autograd
import Testing

@testable import WeakSupervision

@Suite struct FlipMergeTests {
  private let direct = Tensor([-1, 2, 3, -4], shape: [1, 2, 2, 1])
  private let mirrored = Tensor([1, -2, 5, -1], shape: [1, 2, 2, 1])

  @Test func maximumTakesTheLargerAndRectifies() {
    #expect(FlipMerge.maximum.merged(direct, mirrored).scalars == [1, 2, 5, 0])
  }

  @Test func sumRectifiesFirst() {
    #expect(FlipMerge.sum.merged(direct, mirrored).scalars == [1, 2, 8, 0])
  }
}
