import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct RankGaussianFilterTests {
  @Test func matchesTheWorkedExamples() {
    let examples: [([Float], Float)] = [
      ([1, 2, 3, 4, 5, 6, 7, 8, 9], 5), ([0, 0, 0, 0, 1, 0, 0, 0, 0], 0.058285),
      ([1, 1, 1, 1, 1, 1, 9, 1, 1], 1.026238), ([4, 4, 4, 4, 4, 4, 4, 4, 4], 4),
      ([0, 0, 0, 0, 0, 0, 0, 0, 0], 0),
    ]
    for (window, value) in examples { #expect(abs(RankGaussianFilter.value(of: window) - value) < 1e-6) }
  }

  /// Twice the map gives twice the result, and borders are mirrored without being repeated.
  @Test func windowsAtBordersAreMirrored() {
    let map = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 2, 3, 1])
    let found = RankGaussianFilter.filtered(map)
    let corner = RankGaussianFilter.value(of: [5, 4, 5, 2, 1, 2, 5, 4, 5])
    #expect(found.scalars[0] == corner)
    expectClose(RankGaussianFilter.filtered(map * 2), found * 2, tolerance: 1e-5)
    #expect(RankGaussianFilter.filtered(Tensor([3], shape: [1, 1, 1, 1])).scalars == [3])
  }
}
