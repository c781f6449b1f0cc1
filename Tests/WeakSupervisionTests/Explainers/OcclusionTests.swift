import Autograd
import Configuration
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct OcclusionTests {
  private func explainer(_ window: Int, _ stride: Int) -> Occlusion {
    var explainer = Occlusion()
    (explainer.window, explainer.stride) = (window, stride)
    return explainer
  }

  @Test func matchesCaptum() throws {
    let classifier = try RectifiedClassifier()
    let expected = try classifier.network.golden["occlusion"]
    expectClose(classifier.map(explainer(4, 2), of: 2), expected, tolerance: 1e-5)
  }

  /// A sum of pixels loses what the window covers; windows of 4 every 3 pixels of 6 × 10 end at the borders.
  @Test func theLastWindowEndsAtTheBorder() {
    let images = Tensor.ones([1, 6, 10, 3])
    let maps = explainer(4, 3).maps(images, classes: [0, 1], of: ColorSums())
    let expected = Tensor([48, 96], shape: [1, 1, 1, 2]).stretched(to: [1, 6, 10, 2])
    expectClose(maps, expected, tolerance: 1e-3)
    let whole = explainer(64, 16).maps(images, classes: [0], of: ColorSums())
    expectClose(whole, Tensor(repeating: 180, shape: [1, 6, 10, 1]), tolerance: 1e-3)
  }

  @Test func windowsWithGapsAreRefused() {
    #expect(
      throws: ConfigurationError.invalid(
        "stride", "is 40, which leaves gaps; use window, which is 32, or less")
    ) { try explainer(32, 40).validate() }
  }
}
