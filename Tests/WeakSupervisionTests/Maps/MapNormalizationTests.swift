import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct MapNormalizationTests {
  private let maps = Tensor([2, 0, 6, 1, 4, 3, 10, 1], shape: [2, 2, 2])

  @Test func minmaxSpansZeroToOneInEveryClass() {
    let expected = Tensor([0, 0, 0.5, 1 / 3, 0.25, 1, 1, 1 / 3], shape: [2, 2, 2])
    // The 1e-5 in the denominator takes up to 1e-5 / 3 off.
    expectClose(MapNormalization.minmax(maps), expected, tolerance: 4e-6)
  }

  @Test func maxKeepsZeroWhereItIs() {
    let expected = Tensor([0.2, 0, 0.6, 1 / 3, 0.4, 1, 1, 1 / 3], shape: [2, 2, 2])
    expectClose(MapNormalization.max(maps), expected, tolerance: 4e-6)
  }

  @Test func shiftedSetsTheSmallestValueToZero() {
    let values = MapNormalization.shifted(maps).scalars
    #expect(values[0] == 0 && values[1] == 0)
    #expect(abs(values[6] - (8 - 1e-5) / (8 + 1e-5)) < tolerance(terms: 4))
  }

  @Test(arguments: MapNormalization.allCases) func constantMapsStayFinite(normalization: MapNormalization) {
    let zeros = normalization(.zeros([3, 4, 2])).scalars
    #expect(zeros.allSatisfy { $0 == 0 })
    let constant = normalization(Tensor(repeating: 5, shape: [3, 4, 2])).scalars
    #expect(constant.allSatisfy { (0...1).contains($0) })
  }
}
