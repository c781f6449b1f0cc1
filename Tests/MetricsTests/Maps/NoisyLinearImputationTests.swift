import Autograd
import TestSupport
import Testing

@testable import Metrics

@Suite struct NoisyLinearImputationTests {
  private let image = Tensor((1...9).flatMap { [Float($0), Float($0), Float($0)] }, shape: [3, 3, 3])

  private func filled(_ pixels: [Int]) -> [Float] {
    let result = NoisyLinearImputation(width: 3, height: 3)
      .filled(image, (0..<9).map { pixels.contains($0) }).scalars
    return pixels.map { result[3 * $0] }
  }

  @Test func cornersSidesAndNeighbours() {
    #expect(abs(filled([0])[0] - 3.4) < 1e-5)
    #expect(abs(filled([4])[0] - 5) < 1e-5)
    let both = filled([4, 5])
    #expect(abs(both[0] - 4.913043) < 1e-5 && abs(both[1] - 5.478261) < 1e-5)
    // Nothing is known: the mean.
    #expect(filled(Array(0..<9)).allSatisfy { abs($0 - 5) < 1e-5 })
    #expect(filled([]) == [])
  }

  @Test func equalsADenseSolution() throws {
    let golden = try Golden("map-metrics")
    let removed = try golden["imputation/removed"].scalars.map { $0 > 0 }
    let result = NoisyLinearImputation(width: 8, height: 8).filled(try golden["imputation/image"], removed)
    expectClose(result, try golden["imputation/filled"], tolerance: 1e-5)
  }
}
