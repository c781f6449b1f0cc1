import Autograd
import Configuration
import Imaging
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct AttentionWalkTests {
  /// Walks do not look at the photograph.
  private let blank = Image(width: 1, height: 1, color: .black)

  /// Two products with 24 terms between two resizings, and a division by the range of the walked maps.
  @Test func matchesTheFormula() throws {
    let golden = try Golden("walks")
    var walk = AttentionWalk()
    (walk.steps, walk.backgroundThreshold) = (2, 0.45)
    let attention = try golden["attention"].reshaped(to: [4, 6, 24])
    let refined = try walk.refine(golden["scores"], image: blank, evidence: attention)
    try expectClose(refined, golden["attention-walk"], tolerance: tolerance(terms: 2 * 24, scale: 16))
  }

  @Test func attentionIsAveragedOverBlocksAndHeads() throws {
    var walk = AttentionWalk()
    (walk.firstBlock, walk.lastBlock) = (2, 4)
    let backbone = ViTTiny().build(in: ParameterStore(seed: 0).root)
    let transformer = try #require(backbone.attention)
    let images = Sample.tensor("images", [1, 32, 48, 3])
    let evidence = try #require(walk.evidence(images, of: SmallNetwork.plain(backbone)))
    #expect(evidence.shape == [2, 3, 6])
    let parts = (2...4).map { transformer.attentionWeights(images, block: $0).mean(axes: [1]) }
    let mean = (parts[0] + parts[1] + parts[2]) / Float(3)
    let expected = mean.slice(axis: 1, 1..<7).slice(axis: 2, 1..<7).reshaped(to: [2, 3, 6])
    expectClose(evidence, expected, tolerance: tolerance(terms: 9))
  }

  @Test func anotherBackboneIsRefusedWithARemedy() {
    let error = ConfigurationError.invalid(
      "", "is attention-walk, but resnet18 has no attention; use random-walk")
    #expect(throws: error) { try AttentionWalk().validate(for: ResNet18()) }
  }

  @Test func impossibleBlocksAreNamed() throws {
    var walk = AttentionWalk()
    try walk.check()
    try walk.validate(for: ViTTiny())
    walk.lastBlock = 12
    let missing = ConfigurationError.invalid(
      "last_block", "is 12, but there are the blocks 0 to 11; use one of them")
    #expect(throws: missing) { try walk.validate(for: ViTTiny()) }
    walk.firstBlock = 13
    let order = ConfigurationError.invalid("last_block", "is 12; use first_block, which is 13, or more")
    #expect(throws: order) { try walk.check() }
  }

  @Test func strengthMakesMoreMoves() throws {
    #expect(try #require(AttentionWalk().atStrength(2) as? AttentionWalk).steps == 8)
    #expect(try #require(AttentionWalk().atStrength(0.1) as? AttentionWalk).steps == 1)
  }
}
