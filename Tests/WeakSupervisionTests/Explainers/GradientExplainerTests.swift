import Autograd
import Configuration
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct GradientExplainerTests {
  /// All formulas of A and g on made-up values.
  @Test func formulasMatchTheReference() throws {
    let golden = try Golden("explainers")
    let activation = try golden["activation"].reshaped(to: [1, 6, 7, 24])
    let gradient = try golden["gradient"].reshaped(to: [1, 6, 7, 24])
    var authors = GradCAMPlusPlus()
    authors.normalizedAlpha = true
    let explainers: [(any GradientExplainer, String)] = [
      (GradCAM(), ""), (GradCAMPlusPlus(), ""), (authors, " normalized"), (HiResCAM(), ""), (XGradCAM(), ""),
      (LayerCAM(), ""), (EigenGradCAM(), ""),
    ]
    for (explainer, variant) in explainers {
      let name = type(of: explainer).name + variant
      let found = explainer.map(activation: activation, gradient: gradient)
      let expected = try golden[name].reshaped(to: [1, 6, 7])
      let scale = expected.maximum().scalar
      expectClose(found, expected, tolerance: tolerance(terms: 100, scale: scale), name)
    }
    let eigen = EigenCAM().maps(activation, classes: [0], of: FixedMap(channels: 24))
    let expected = try golden["eigen-cam"].reshaped(to: [1, 6, 7, 1])
    expectClose(eigen, expected, tolerance: tolerance(terms: 100, scale: expected.maximum().scalar))
  }
}
