import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct SmoothGradTests {
  private func map(_ spread: Float, _ statistic: SmoothGrad.Statistic, samples: Int = 4) throws -> Tensor {
    var explainer = SmoothGrad()
    (explainer.spread, explainer.statistic, explainer.samples) = (spread, statistic, samples)
    return try RectifiedClassifier().map(explainer, of: 0)
  }

  @Test func withoutNoiseItIsTheGradient() throws {
    let gradient = try RectifiedClassifier().network.golden["plain.0"]
    try expectClose(map(0, .mean), gradient.absoluteValue().sum(axes: [3]), tolerance: 1e-5)
    try expectClose(map(0, .squared), gradient.squared().sum(axes: [3]), tolerance: 1e-5)
    try expectClose(map(0, .variance), .zeros([2, 8, 12]), tolerance: 1e-5)
  }

  @Test func noiseSpreadsTheGradientsOfCopies() throws {
    #expect(try map(0.2, .variance).scalars.contains { $0 > 1e-3 })
    #expect(try map(0.2, .mean).scalars != map(0.2, .mean, samples: 5).scalars)
    #expect(try map(0.2, .mean).scalars == map(0.2, .mean).scalars)
  }

  /// The gradient of a linear network is the same wherever it is asked for.
  @Test func aLinearNetworkHasTheSameGradientAtEverySpread() {
    var (still, noisy) = (SmoothGrad(), SmoothGrad())
    (still.spread, noisy.spread) = (0, 3)
    let images = SmallNetwork.images(2)
    let network = ColorSums()
    let expected = still.maps(images, classes: [1], of: network)
    expectClose(noisy.maps(images, classes: [1], of: network), expected, tolerance: 1e-5)
    expectClose(PixelGradient().maps(images, classes: [1], of: network) * 3, expected, tolerance: 1e-5)
  }
}
