import Autograd
import Configuration
import Models
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct SmoothGradCAMPlusPlusTests {
  private func smooth(_ change: (inout SmoothGradCAMPlusPlus) -> Void) -> Tensor {
    var explainer = SmoothGradCAMPlusPlus()
    explainer.samples = 3
    change(&explainer)
    let images = SmallNetwork.images(2)
    return explainer.maps(images, classes: [2, 0], of: SmallNetwork.Explained(power: 2))
  }

  @Test func withoutNoiseItIsGradCAMPlusPlus() {
    let images = SmallNetwork.images(2)
    let expected = GradCAMPlusPlus().maps(images, classes: [2, 0], of: SmallNetwork.Explained(power: 2))
    expectClose(smooth { $0.spread = 0 }, expected, tolerance: tolerance(terms: 54))
    #expect(smooth { $0.spread = 0.5 }.scalars != smooth { $0.spread = 0 }.scalars)
  }

  @Test func allChannelsAndAllNeuronsAreTheWholeMap() {
    let plain = smooth { _ in }.scalars
    #expect(smooth { $0.channels = [0, 1, 2, 3, 4] }.scalars == plain)
    #expect(smooth { $0.window = [0, 0, 1, 1] }.scalars == plain)
  }

  @Test func channelsAddUp() {
    let parts = (0..<5).map { channel in smooth { $0.channels = [channel] } }
    let sum = parts.dropFirst().reduce(parts[0], +)
    expectClose(sum, smooth { _ in }, tolerance: tolerance(terms: 54))
  }

  @Test func neuronsOutsideTheWindowShowNothing() {
    // Maps of 3 × 5: the left two of five columns, and all rows but the last.
    let maps = smooth { $0.window = [0, 0, 0.4, 0.7] }
    for index in 0..<maps.count where maps.scalars[index] != 0 {
      let cell = index / 2 % 15
      #expect(cell % 5 < 2 && cell / 5 < 2)
    }
    #expect(maps.scalars.contains { $0 > 0 })
  }

  @Test func momentsMatchTheReference() throws {
    let golden = try Golden("explainers")
    let (activation, noisy) = try (golden["activation"], golden["noisy"])
    let parts = (0..<3).map { GradientMoments.ofOne(noisy.slice(axis: 0, $0..<$0 + 1)) }
    let moments = (parts[0] + parts[1] + parts[2]) / 3
    let sums = activation.sum(axes: [0, 1])
    let weights = moments.alpha(sums: sums, epsilon: 0) * moments.first.relu()
    let map = (weights.sum(axes: [1, 2], keepingAxes: true) * activation).sum(axes: [3]).relu()
    let expected = try golden["smooth-grad-cam-plus-plus"].reshaped(to: [1, 6, 7])
    expectClose(map, expected, tolerance: tolerance(terms: 42, scale: 20))
  }

  @Test func optionsThatCannotBeAreRefused() throws {
    var explainer = SmoothGradCAMPlusPlus()
    explainer.channels = [3, 512]
    #expect(
      throws: ConfigurationError.invalid(
        "channels", "names 512, but the map has 512 channels; use 0 to 511")
    ) { try explainer.validate(for: ResNet18()) }
    explainer.channels = []
    explainer.window = [0.5, 0, 0.2, 1]
    #expect(
      throws: ConfigurationError.invalid(
        "window", "is [0.5, 0.0, 0.2, 1.0]; use left, top, right and bottom, each pair in order")
    ) { try explainer.validate(for: ResNet18()) }
  }
}
