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
    let configuration = RunConfiguration()
    #expect(StageName.allCases.filter { $0.isNeeded(by: configuration) } == StageName.allCases)
  }

  @Test func listsAreReadInTheOrderOfTheJob() throws {
    #expect(try StageName.parse("segment, classify") == [.classify, .segment])
    #expect(try StageName.parse("") == StageName.allCases)
    #expect(throws: RunError.unknownStage(name: "seed", known: StageName.allCases.map(\.rawValue))) {
      try StageName.parse("seed")
    }
  }
}
