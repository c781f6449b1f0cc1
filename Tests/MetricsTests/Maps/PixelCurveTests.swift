import Autograd
import Foundation
import TestSupport
import Testing

@testable import Metrics

@Suite struct PixelCurveTests {
  @Test func areaIsThatOfTrapezoids() {
    let curve = PixelCurve(shares: [0, 0.25, 0.5, 0.75, 1], scores: [0.9, 0.7, 0.4, 0.1, 0.05])
    #expect(abs(curve.area - 0.41875) < 1e-12)
    // A short last step counts by its length.
    #expect(abs(PixelCurve(shares: [0, 0.8, 1], scores: [1, 1, 0]).area - 0.9) < 1e-12)
  }

  /// The score is the sum of an image, so each step shows which pixels have gone.
  private func sums(_ images: Tensor) -> [Float] { images.sum(axes: [1, 2, 3]).scalars }
  private let image = Tensor((0..<12).map(Float.init), shape: [2, 2, 3])

  @Test func highValuesGoFirstAndEqualOnesByRows() {
    let map = Tensor([1, 3, 1, 2], shape: [2, 2])
    let deletion = PixelCurve.deletion(of: image, by: map, steps: 4, batch: 2, sums)
    #expect(deletion?.scores == [66, 54, 24, 21, 0])
    let insertion = PixelCurve.insertion(of: image, by: map, substrate: .zeros([2, 2, 3]), steps: 4, sums)
    #expect(insertion?.scores == [0, 12, 42, 45, 66])
    let short = PixelCurve.deletion(of: image, by: map, steps: 3, sums)
    #expect(short?.shares == [0, 0.25, 0.5, 1] && short?.scores == [66, 54, 24, 0])
    #expect(PixelCurve.deletion(of: image, by: map, steps: 99, sums)?.shares.count == 5)
  }

  @Test func whatSaysNothingHasNoCurve() {
    #expect(PixelCurve.deletion(of: image, by: .ones([2, 2]), sums) == nil)
    #expect(PixelCurve.insertion(of: image, by: Tensor([.nan, 1], shape: [1, 2]), sums) == nil)
    let map = Tensor([1, 2], shape: [1, 2])
    #expect(
      PixelCurve.deletion(of: image, by: map) { $0.sum(axes: [1, 2, 3]).scalars.map { $0 / 0 } } == nil)
  }

  @Test func blurKeepsConstantImagesAndSpreadsAPoint() {
    expectClose(PixelCurve.blurred(.ones([3, 4, 3])), .ones([3, 4, 3]), tolerance: tolerance(terms: 121))
    var point = Tensor.zeros([23, 23, 3])
    point.mutate { $0[(11 * 23 + 11) * 3 + 1] = 1 }
    let blurred = PixelCurve.blurred(point)
    #expect(abs(blurred.sum().scalar - 1) < 1e-5)
    let values = blurred.scalars
    // Two Gaussians of deviation 5 at a distance of 5 and 0, over the sum of eleven.
    let total = (-5...5).map { exp(-Double($0 * $0) / 50) }.reduce(0, +)
    #expect(abs(Double(values[(11 * 23 + 16) * 3 + 1]) - exp(-0.5) / (total * total)) < 1e-6)
    #expect(values[(11 * 23 + 17) * 3 + 1] == 0 && values[(11 * 23 + 11) * 3] == 0)
  }
}
