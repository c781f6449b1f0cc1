import Configuration
import Models
import Testing

@testable import Training

@Suite struct StageNameTests {
  private func changed(by change: (inout RunConfiguration) -> Void) -> [StageName] {
    let before = RunConfiguration()
    var after = before
    change(&after)
    return StageName.allCases.filter { $0.fingerprint(of: before) != $0.fingerprint(of: after) }
  }

  @Test func theSeedChangesEverything() {
    #expect(changed { $0.seed = 1 } == StageName.allCases)
    #expect(
      changed { $0.method = .tokenContrast } == [
        .expand, .shrink, .seeds, .refine, .masks, .segment, .evaluate,
      ])
  }

  @Test func refinementLeavesClassifierAndSeedsValid() {
    #expect(changed { $0.refine = [] } == [.refine, .masks, .segment, .evaluate])
  }

  @Test func evaluationChangesOnlyItself() {
    #expect(changed { $0.evaluate.flip = false } == [.evaluate])
  }

  @Test func trueMasksNeedNoSeeds() {
    var configuration = RunConfiguration()
    configuration.segment.labels = .groundTruth
    configuration.segment.start = .weights
    #expect(StageName.allCases.filter { $0.isNeeded(by: configuration) } == [.segment, .evaluate])
  }

  @Test func pseudoMasksNeedTheWholeChain() {
    var configuration = RunConfiguration()
    func needed() -> [StageName] { StageName.allCases.filter { $0.isNeeded(by: configuration) } }
    let rest: [StageName] = [.seeds, .refine, .masks, .segment, .evaluate]
    #expect(needed() == [.classify] + rest)
    configuration.method = .tokenContrast
    #expect(needed() == [.contrast] + rest)
  }

  @Test func aDecoderThatIsTrainedAlongSparesTheSegmenter() {
    var configuration = RunConfiguration()
    configuration.method = .tokenContrast
    configuration.segment.labels = .online
    let needed = StageName.allCases.filter { $0.isNeeded(by: configuration) }
    #expect(needed == [.contrast, .seeds, .refine, .masks, .evaluate])
    #expect(StageName.evaluate.inputs(of: configuration) == [.contrast])
  }

  @Test func theDecoderBelongsToTheContrast() {
    var online = RunConfiguration()
    online.method = .tokenContrast
    online.segment.labels = .online
    var other = online
    other.segment.head = Choice(LinearHead())
    let changed = StageName.allCases.filter { $0.fingerprint(of: online) != $0.fingerprint(of: other) }
    #expect(changed == [.contrast, .expand, .shrink, .seeds, .refine, .masks, .segment, .evaluate])
  }

  @Test func shrunkSeedsNeedExpansionAndShrinkage() {
    var configuration = RunConfiguration()
    func notNeeded() -> [StageName] { StageName.allCases.filter { !$0.isNeeded(by: configuration) } }
    configuration.seeds.classifier = .shrunk
    #expect(notNeeded() == [.contrast])
    configuration.seeds.classifier = .expanded
    #expect(notNeeded() == [.contrast, .shrink])
  }

  @Test func expansionLeavesTheClassifierValid() {
    #expect(changed { $0.expand.clip = 0.3 } == [.expand, .shrink])
    #expect(changed { $0.shrink.area = 0.3 } == [.shrink])
    // The recorded figures are those of the maps that the seeds section describes.
    #expect(changed { $0.seeds.baseSize = 320 }.prefix(3) == [.expand, .shrink, .seeds])
  }

  @Test func listsAreReadInTheOrderOfTheJob() throws {
    #expect(try StageName.parse("segment, classify") == [.classify, .segment])
    #expect(try StageName.parse("") == StageName.allCases)
    #expect(throws: RunError.unknownStage(name: "seed", known: StageName.allCases.map(\.rawValue))) {
      try StageName.parse("seed")
    }
  }
}
