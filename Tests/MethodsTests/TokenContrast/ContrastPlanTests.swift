import Testing
import Training

@testable import Methods

@Suite struct ContrastPlanTests {
  private func parts(_ step: Int, _ change: (inout TokenContrast) -> Void = { _ in }) -> [ContrastPart] {
    var section = TokenContrast()
    change(&section)
    return ContrastPart.allCases.filter { ContrastPlan(section, step: step).factor(of: $0) != nil }
  }

  @Test func theDecoderWaitsForTheSeeds() {
    #expect(parts(1999) == [.classification, .auxiliary, .patchTokens, .classTokens])
    #expect(parts(2000) == ContrastPart.allCases)
  }

  @Test func contrastMayWaitToo() {
    let change = { (section: inout TokenContrast) in section.loss.contrastFrom = 5 }
    #expect(parts(4, change) == [.classification, .auxiliary])
    #expect(parts(5, change).contains(.patchTokens))
  }

  @Test func aPartWithoutFactorIsNotComputed() {
    let switches: [(ContrastPart, (inout ContrastLossOptions) -> Void)] = [
      (.auxiliary, { $0.auxiliary = 0 }), (.patchTokens, { $0.patchTokens = 0 }),
      (.classTokens, { $0.classTokens = 0 }), (.segmentation, { $0.segmentation = 0 }),
      (.energy, { $0.energy = 0 }),
    ]
    for (part, change) in switches {
      #expect(parts(5000) { change(&$0.loss) } == ContrastPart.allCases.filter { $0 != part })
    }
  }

  @Test func theOriginalComputesAPartBeforeItsTimeWithFactorZero() {
    var section = TokenContrast()
    section.compatibility = .original
    let plan = ContrastPlan(section, step: 0)
    #expect(plan.factor(of: .segmentation) == 0 && plan.factor(of: .classTokens) == 0.5)
  }

  @Test func mapsAreMadeForThePartsThatReadThem() {
    var section = TokenContrast()
    section.loss.contrastFrom = 10
    section.loss.segmentationFrom = 20
    section.loss.finalLabelsFrom = 30
    #expect(!ContrastPlan(section, step: 9).needsMaps && ContrastPlan(section, step: 10).needsMaps)
    #expect(!ContrastPlan(section, step: 29).usesFinalMaps && ContrastPlan(section, step: 30).usesFinalMaps)
    section.loss.patchTokens = 0
    section.loss.classTokens = 0
    #expect(!ContrastPlan(section, step: 19).needsMaps && ContrastPlan(section, step: 20).needsMaps)
  }
}
