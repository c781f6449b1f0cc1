import Autograd
import Metrics
import Testing

@Suite struct ROADTests {
  /// One bright pixel of twenty, which the score looks at.
  private let image: Tensor = {
    var image = Tensor.zeros([4, 5, 3])
    image.mutate { $0[3 * 7] = 1 }
    return image
  }()
  private func score(_ images: Tensor) -> [Float] {
    (0..<images.shape[0]).map { images.scalars[$0 * 60 + 3 * 7] }
  }
  private func map(_ value: Float) -> Tensor {
    var map = Tensor.zeros([4, 5])
    map.mutate { $0[7] = value }
    return map
  }

  @Test func mapsOfTheRightPixelLoseItFirst() throws {
    var random = Philox(seed: 1)
    let right = try #require(ROAD(of: image, by: map(1), noise: 0, random: &random, score))
    // It is gone from the first tenth on, and nothing else is bright.
    #expect(abs(right.mostRelevantFirst + 1) < 1e-5 && abs(right.leastRelevantFirst) < 1e-5)
    let wrong = try #require(ROAD(of: image, by: map(-1), noise: 0, random: &random, score))
    #expect(abs(wrong.combined + right.combined) < 1e-6 && abs(right.combined - 0.5) < 1e-5)
  }

  @Test func noiseIsOfTheStreamOnly() throws {
    func road() -> ROAD? {
      var random = Philox(seed: 3)
      return ROAD(of: image, by: map(1), batch: 3, random: &random, score)
    }
    let first = try #require(road())
    #expect(first == road() && first.mostRelevantFirst != -1)
  }

  @Test func whatSaysNothingHasNone() {
    var random = Philox(seed: 1)
    #expect(ROAD(of: image, by: .zeros([4, 5]), random: &random, score) == nil)
    #expect(ROAD(of: image, by: map(.nan), random: &random, score) == nil)
    #expect(ROAD(of: image, by: map(1), random: &random) { score($0).map { _ in .nan } } == nil)
    #expect(ROAD(of: .zeros([3, 3, 3]), by: map(1), random: &random) { _ in [] } == nil)
  }
}
