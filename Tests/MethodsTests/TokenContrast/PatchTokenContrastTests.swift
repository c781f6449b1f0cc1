import Autograd
import TestSupport
import Testing
import WeakSupervision

@testable import Methods

@Suite struct PatchTokenContrastTests {
  @Test(arguments: ["mixed", "ignored", "equal"]) func matchesReference(name: String) throws {
    let golden = try Golden("patch_token_contrast_\(name)")
    let tokens = try golden["tokens"].tracked()
    let loss = patchTokenContrast(tokens: tokens, labels: try golden["labels"])
    try expectClose(loss, golden["y"], tolerance: tolerance(terms: 800, scale: 1), name)
    let gradient = try #require(loss.gradients(from: Tensor(1.5))[tokens])
    try expectClose(gradient, golden["tokens.gradient"], tolerance: tolerance(terms: 40, scale: 0.1), name)
  }

  @Test func gradient() {
    let labels = Tensor([0, 2, 255, 2, 0, 1], shape: [1, 2, 3])
    expectGradientsMatch("patchTokenContrast", [[1, 2, 3, 4]]) {
      patchTokenContrast(tokens: $0[0], labels: labels)
    }
  }

  /// Equal tokens of equal labels: ½ (1 − n / (n + 1)) for n pairs.
  @Test func equalTokensOfOneLabelLeaveAlmostNothing() {
    let loss = patchTokenContrast(tokens: .ones([1, 2, 2, 3]), labels: .zeros([1, 2, 2]))
    #expect(abs(loss.scalar - 0.5 * (1 - 12.0 / 13)) < 1e-6)
  }

  /// Orthogonal tokens of different labels: there is nothing to push, and no positive pair.
  @Test func orthogonalTokensOfDifferentLabelsGiveOneHalf() {
    let tokens = Tensor([1, 0, 0, 1], shape: [1, 1, 2, 2])
    let loss = patchTokenContrast(tokens: tokens, labels: Tensor([1, 2], shape: [1, 1, 2]))
    #expect(abs(loss.scalar - 0.5) < 1e-6)
  }
}
