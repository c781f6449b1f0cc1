import Autograd
import Metrics
import Testing

@Suite struct InfidelityTests {
  private let image = Tensor((0..<12).map { Float($0) / 10 }, shape: [2, 2, 3])
  private let map = Tensor([1, -2, 3, 0.5], shape: [2, 2])

  /// A linear score whose weights are the map.
  private func score(_ images: Tensor) -> [Float] {
    (images * map.reshaped(to: [1, 2, 2, 1])).sum(axes: [1, 2, 3]).scalars
  }

  @Test func weightsOfALinearScoreAreFaithful() throws {
    var random = Philox(seed: 4)
    let exact = try #require(infidelity(of: image, by: map, isScaled: false, random: &random, score))
    #expect(exact < 1e-9)
    let scaled = try #require(infidelity(of: image, by: map * 7, random: &random, score))
    #expect(scaled < 1e-9)
    let wrong = try #require(infidelity(of: image, by: map * 7, isScaled: false, random: &random, score))
    #expect(wrong > 0.1)
    let other = Tensor([3, 1, -1, 2], shape: [2, 2])
    #expect(try #require(infidelity(of: image, by: other, random: &random, score)) > 0.01)
  }

  @Test func mapsOfZerosPredictNoChange() throws {
    var random = Philox(seed: 4)
    #expect(try #require(infidelity(of: image, by: .zeros([2, 2]), random: &random, score)) > 0)
    #expect(infidelity(of: image, by: map / 0, random: &random, score) == nil)
    #expect(infidelity(of: image, by: map, random: &random) { score($0).map { $0 / 0 } } == nil)
  }
}
