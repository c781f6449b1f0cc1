import Autograd
import Metrics
import Testing

@Suite struct CompletenessTests {
  @Test func sumsAreComparedWithTheChange() {
    let attribution = Tensor([1, 2, -0.5], shape: [1, 3])
    #expect(completenessError(of: attribution, score: 3, baseline: 0.5) == 0)
    #expect(completenessError(of: attribution, score: 1, baseline: 3) == 2.25)
    #expect(completenessError(of: attribution, score: 1, baseline: 1) == nil)
    #expect(completenessError(of: attribution / 0, score: 1, baseline: 0) == nil)
    #expect(completenessError(of: attribution, score: .nan, baseline: 0) == nil)
  }
}
