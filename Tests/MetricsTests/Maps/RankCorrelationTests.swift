import Autograd
import TestSupport
import Testing

@testable import Metrics

@Suite struct RankCorrelationTests {
  @Test func equalValuesShareARank() {
    #expect(abs((rankCorrelation([1, 2, 2, 4, 5], [2, 1, 3, 4, 4]) ?? 0) - 0.789474) < 1e-6)
    #expect(rankCorrelation([1, 2, 3], [10, 20, 21]) == 1 && rankCorrelation([1, 2, 3], [3, 2, 1]) == -1)
    #expect(rankCorrelation([1, 1, 1], [1, 2, 3]) == nil && rankCorrelation([1], [1]) == nil)
    #expect(rankCorrelation([1, .nan], [1, 2]) == nil && rankCorrelation([], []) == nil)
  }

  @Test func correlationsEqualThoseOfSciPy() throws {
    let golden = try Golden("map-metrics")
    let (pairs, expected) = (try golden["spearman/pairs"].scalars, try golden["spearman/values"].scalars)
    for row in 0..<3 {
      let value = rankCorrelation(
        Array(pairs[80 * row..<80 * row + 40]), Array(pairs[80 * row + 40..<80 * row + 80]))
      #expect(abs((value ?? 9) - Double(expected[row])) < 1e-6, "pair \(row)")
    }
  }

  @Test func mapsAreAveragedByArea() throws {
    let golden = try Golden("map-metrics")
    let cells = areaAveraged(try golden["area/map"], rows: 4, columns: 3)
    expectClose(
      Tensor(cells, shape: [4, 3]), try golden["area/cells"], tolerance: tolerance(terms: 60))
    let occlusion = Tensor([1, 2, 3, 4], shape: [2, 2])
    let map = Tensor([0, 0, 1, 1, 2, 2, 5, 5], shape: [2, 4])
    #expect(occlusionCorrelation(map, occlusion: occlusion) == 1)
    #expect(occlusionCorrelation(.ones([2, 4]), occlusion: occlusion) == nil)
  }

  /// The score is one pixel in the top left cell of four, which its own window and those beside it hide.
  @Test func occlusionShowsWhatAScoreLooksAt() {
    var image = Tensor.zeros([8, 8, 3])
    image.mutate { $0[3 * 9] = 2 }
    let map = occlusionMap(of: image, cells: 4, batch: 3) { images in
      (0..<images.shape[0]).map { images.scalars[$0 * 192 + 3 * 9] }
    }
    #expect(map.scalars == [2, 2, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])
  }
}
