import Autograd
import Imaging
import TestSupport
import Testing

@testable import Metrics

@Suite struct PixelAveragePrecisionTests {
  @Test func areaOfFourPixels() {
    var curve = PixelAveragePrecision(step: 0.1)
    curve.add([0.15, 0.45, 0.45, 0.95], truth: [false, true, false, true])
    #expect(abs((curve.value ?? 0) - 0.83333333) < 1e-8)
    curve.add([0.99, 0.99], truth: [nil, nil])
    #expect(abs((curve.value ?? 0) - 0.83333333) < 1e-8)
  }

  @Test func areaEqualsCumulatedHistograms() throws {
    let golden = try Golden("map-metrics")
    var curve = PixelAveragePrecision(step: 0.1)
    curve.add(
      try golden["pxap/values"].scalars, truth: try golden["pxap/truth"].scalars.map { $0 > 0 })
    #expect(abs((curve.value ?? 0) - Double(try golden["pxap/area"].scalar)) < 1e-6)
  }

  @Test func ignoredPixelsAndConstantMapsDoNotCount() {
    var curve = PixelAveragePrecision(step: 0.1)
    let truth = LabelMap(width: 4, height: 1, ids: [2, 1, 255, 2])
    #expect(curve.value == nil)
    curve.add(.ones([1, 4]), truth: truth, id: 2)
    curve.add(Tensor([.infinity, 0, 0, 0], shape: [1, 4]), truth: truth, id: 2)
    #expect(curve.value == nil && curve.skipped == 2)
    curve.add(Tensor([5, -1, 9, 5], shape: [1, 4]), truth: truth, id: 2)
    #expect(curve.value == 1 && curve.images == 1)
  }
}
