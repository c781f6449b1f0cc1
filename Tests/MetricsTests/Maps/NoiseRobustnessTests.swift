import Autograd
import Metrics
import TestSupport
import Testing

@Suite struct NoiseRobustnessTests {
  @Test(arguments: ["wide", "thin"]) func similarityEqualsThatOfScikitImage(name: String) throws {
    let golden = try Golden("map-metrics")
    let value = structuralSimilarity(
      try golden["similarity/\(name)/a"], try golden["similarity/\(name)/b"], range: 1)
    #expect(abs((value ?? 9) - Double(try golden["similarity/\(name)/value"].scalar)) < 1e-5)
  }

  @Test func thinMapsHaveNoSimilarity() {
    #expect(structuralSimilarity(.ones([2, 9]), .ones([2, 9]), range: 1) == nil)
    #expect(structuralSimilarity(.ones([3, 3]), .ones([3, 3]), range: 1) == 1)
    #expect(structuralSimilarity(.ones([3, 3]), .ones([3, 3]) / 0, range: 1) == nil)
  }

  @Test func levelsAreCountedApart() {
    var robustness = NoiseRobustness(levels: [1, 2])
    let map = Tensor((0..<9).map(Float.init), shape: [3, 3])
    robustness.add(map) { level in level == 1 ? map * 5 : map * -1 }
    #expect(robustness.similarities[0].value == 1 && robustness.errors[0].value == 0)
    #expect((robustness.similarities[1].value ?? 9) < 0)
    // Squares of 1, 3/4, 1/2, 1/4, 0 …
    #expect(abs((robustness.errors[1].value ?? 0) - 3.75 / 9) < 1e-6)
    robustness.add(.ones([3, 3])) { _ in map }
    robustness.add(map) { _ in .ones([3, 3]) }
    #expect(robustness.similarities.map(\.skipped) == [2, 2] && robustness.errors[1].used == 1)
  }
}
