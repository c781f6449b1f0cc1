import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct AttentionWalkTests {
  /// Two products with 24 terms between two resizings, and a division by the range of the walked maps.
  @Test func matchesTheFormula() throws {
    let golden = try Golden("walks")
    var walk = AttentionWalk()
    (walk.steps, walk.backgroundThreshold) = (2, 0.45)
    let attention = try golden["attention"].reshaped(to: [4, 6, 24])
    let refined = try walk.refine(golden["scores"], evidence: attention)
    try expectClose(refined, golden["attention-walk"], tolerance: tolerance(terms: 2 * 24, scale: 16))
  }

  @Test func attentionIsAveragedOverBlocksAndHeads() {
    var walk = AttentionWalk()
    (walk.firstBlock, walk.lastBlock) = (2, 4)
    let options = ViTTiny()
    guard
      let transformer = options.build(in: ParameterStore(seed: 0).root) as? VisionTransformer
    else {
      Issue.record("ViT-Tiny is no vision transformer")
      return
    }
    let images = Sample.tensor("images", [1, 32, 48, 3])
    let evidence = walk.evidence(images, transformer)
    #expect(evidence.shape == [2, 3, 6])
    let parts = (2...4).map { transformer.attentionWeights(images, block: $0).mean(axes: [1]) }
    let mean = (parts[0] + parts[1] + parts[2]) / Float(3)
    let expected = mean.slice(axis: 1, 1..<7).slice(axis: 2, 1..<7).reshaped(to: [2, 3, 6])
    expectClose(evidence, expected, tolerance: tolerance(terms: 9))
  }

  @Test func anotherBackboneIsRefusedWithARemedy() {
    let convolutional = ResNet18().build(in: ParameterStore(seed: 0).root)
    #expect(
      AttentionWalk().problem(for: convolutional)
        == "attention-walk needs a vision transformer; use random-walk")
  }

  @Test func impossibleBlocksAreNamed() {
    let transformer = ViTTiny().build(in: ParameterStore(seed: 0).root)
    var walk = AttentionWalk()
    #expect(walk.problem == nil)
    #expect(walk.problem(for: transformer) == nil)
    walk.lastBlock = 12
    #expect(walk.problem(for: transformer) == "last_block is 12; the backbone has the blocks 0 to 11")
    walk.firstBlock = 13
    #expect(walk.problem == "first_block is 13 and last_block is 12; use 0 or more, in this order")
  }
}
