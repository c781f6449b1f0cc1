import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct HiResCAMTests {
  @Test func matchesTheWorkedExample() {
    let (activation, gradient) = (HandFixture.activation, HandFixture.gradient)
    let sum = HiResCAM().contributions(activation: activation, gradient: gradient).sum(axes: [3])
    #expect(sum.scalars == [-1.5, -0.5, -0.25, 2.5])
    #expect(HiResCAM().map(activation: activation, gradient: gradient).scalars == [0, 0, 0, 2.5])
  }

  @Test func addsUpToTheScoreOfALinearHead() {
    let capture = Capture(SmallNetwork.images(2), classes: [0, 1, 2, 3], of: SmallNetwork.Explained())
    let contributions = HiResCAM().contributions(activation: capture.activation, gradient: capture.gradient)
    expectClose(contributions.sum(axes: [1, 2, 3]), capture.scores, tolerance: tolerance(terms: 75))
  }
}
