import Autograd
import Foundation
import NeuralNetwork
import Testing

@Suite struct InitializerTests {
  private let random = Philox(seed: 1, name: "weight")
  private let count = 40_003

  private func moments(_ values: [Float]) -> (mean: Double, deviation: Double) {
    let mean = values.reduce(0.0) { $0 + Double($1) } / Double(values.count)
    let variance = values.reduce(0.0) { $0 + pow(Double($1) - mean, 2) } / Double(values.count)
    return (mean, variance.squareRoot())
  }

  /// Means must be within four standard errors, deviations within 2 %.
  @Test(arguments: [
    (Initializer.uniformFanIn(4), 0.5 / 3.0.squareRoot()), (.kaimingNormalFanOut(8), 0.5),
    (.normal(0.5), 0.5),
    // A normal distribution cut at two deviations keeps 0.8796 of its own.
    (.truncatedNormal(0.5), 0.5 * 0.8796),
  ])
  func hasItsDeviation(_ initializer: Initializer, _ expected: Double) {
    let values = initializer.values(shape: [count], random: random).scalars
    let (mean, deviation) = moments(values)
    #expect(abs(mean) < 4 * expected / Double(count).squareRoot())
    #expect(abs(deviation / expected - 1) < 0.02)
    #expect(Set(values).count > count * 99 / 100)
  }

  @Test func aWindowIdentityKeepsChannelsApart() {
    let values = Initializer.windowIdentity(center: 0.5).values(shape: [1, 3, 2, 2], random: random).scalars
    #expect(values == [0.25, 0, 0, 0.25, 0.5, 0, 0, 0.5, 0.25, 0, 0, 0.25])
    let alone = Initializer.windowIdentity(center: 1).values(shape: [1, 1, 1, 1], random: random).scalars
    #expect(alone == [1])
  }

  @Test func truncatedValuesLieWithinTwoDeviations() {
    let values = Initializer.truncatedNormal(0.5).values(shape: [count], random: random).scalars
    #expect(values.allSatisfy { abs($0) <= 1 })
    #expect(values.contains { abs($0) > 0.98 })
  }

  @Test func valuesDependOnTheNameAndTheSeedOnly() {
    func weight(_ seed: UInt64, after others: [String]) -> [Float] {
      let store = ParameterStore(seed: seed)
      for name in others { _ = store.root.parameter(name, [3], .normal(1)) }
      return store.root["layer"].parameter("weight", [5], .normal(1)).value.scalars
    }
    #expect(weight(1, after: []) == weight(1, after: ["a", "b"]))
    #expect(weight(1, after: []) != weight(2, after: []))
  }

  @Test func threadsDoNotChangeTheBytes() {
    func values(threads: Int) -> [Float] {
      Parallel.$threadLimit.withValue(threads) {
        Initializer.truncatedNormal(1).values(shape: [count], random: random).scalars
      }
    }
    #expect(values(threads: 1) == values(threads: 2))
  }
}
