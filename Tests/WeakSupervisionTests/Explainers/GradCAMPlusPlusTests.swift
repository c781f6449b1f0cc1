import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct GradCAMPlusPlusTests {
  private func expect(_ explainer: GradCAMPlusPlus, _ weights: [Float], _ map: [Float]) {
    let (activation, gradient) = (HandFixture.activation, HandFixture.gradient)
    let found = explainer.weights(
      gradient: gradient, .ofOne(gradient), sums: activation.sum(axes: [1, 2], keepingAxes: true)
    ).sum(axes: [1, 2])
    expectClose(found, Tensor(weights, shape: [1, 2]), tolerance: 1e-6)
    let maps = explainer.map(activation: activation, gradient: gradient)
    expectClose(maps, Tensor(map, shape: [1, 2, 2]), tolerance: 1e-6)
  }

  @Test func matchesTheWorkedExample() {
    expect(GradCAMPlusPlus(), [0.215385, 0.208333], [0.632051, 0.430769, 0.208333, 0.854487])
  }

  @Test func matchesTheWorkedExampleOfTheAuthorsProgram() {
    var explainer = GradCAMPlusPlus()
    explainer.normalizedAlpha = true
    expect(explainer, [0.608696, 0.357143], [1.322981, 1.217391, 0.357143, 2.183230])
  }

  /// α does not depend on g where all of it is far below 1, so that squares must not be lost.
  @Test func smallGradientsKeepTheirWeights() {
    let gradient = HandFixture.gradient * Float(1e-12)
    let map = GradCAMPlusPlus().map(activation: HandFixture.activation, gradient: gradient) * Float(1e12)
    let expected = HandFixture.gradient.relu().sum(axes: [1, 2], keepingAxes: true) / 2
    let sum = (expected * HandFixture.activation).sum(axes: [3])
    expectClose(map, sum, tolerance: 1e-5)
  }
}
