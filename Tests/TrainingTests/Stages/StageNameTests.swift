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
    #expect(changed { $0.method = .tokenContrast } == [.seeds, .refine, .masks, .segment, .evaluate])
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
    #expect(changed == [.contrast, .seeds, .refine, .masks, .segment, .evaluate])
  }

  @Test func listsAreReadInTheOrderOfTheJob() throws {
    #expect(try StageName.parse("segment, classify") == [.classify, .segment])
    #expect(try StageName.parse("") == StageName.allCases)
    #expect(throws: RunError.unknownStage(name: "seed", known: StageName.allCases.map(\.rawValue))) {
      try StageName.parse("seed")
    }
  }
}
