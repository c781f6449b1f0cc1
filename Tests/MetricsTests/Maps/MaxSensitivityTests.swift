import Autograd
import Metrics
import Testing

@Suite struct MaxSensitivityTests {
  private let image = Tensor([1, 2, 3], shape: [1, 1, 3])

  @Test func changesAreRelative() throws {
    var random = Philox(seed: 2)
    // The map is the image, so it moves by the noise.
    let value = try #require(
      maxSensitivity(of: image, radius: 0.1, draws: 50, random: &random) { $0.reshaped(to: [1, 3]) })
    let bound = 0.1 * (3.0 / 14).squareRoot()
    #expect(value > 0.6 * bound && value <= bound * 1.00001)
    #expect(maxSensitivity(of: image, random: &random) { _ in .ones([2, 2]) } == 0)
  }

  @Test func mapsOfZerosCountAbsolutely() throws {
    var random = Philox(seed: 2)
    var calls: Float = -1
    let value = maxSensitivity(of: image, draws: 2, random: &random) { _ in
      calls += 1
      return Tensor([3 * calls, 4 * calls], shape: [1, 2])
    }
    #expect(value == 10)
    #expect(maxSensitivity(of: image, random: &random) { _ in Tensor([.nan], shape: [1, 1]) } == nil)
  }
}
