public import Configuration
import Foundation

/// The value at which the upper of two normal distributions, fitted to the values of all class maps, becomes
/// the more probable one (expectation maximisation of a two-component mixture).
public struct MixtureBackground: BackgroundRule {
  public static let name = "mixture"

  @Setting("number of training images that are looked at", 1...1_000_000) public var images = 500
  @Setting("number of steps of expectation maximisation", 1...10_000) public var steps = 200
  @Setting("data-set, class or image: for what a value is chosen") public var per = BackgroundScope.dataSet

  public init() {}

  /// A normal distribution with its share of the whole.
  private struct Part {
    var share: Double
    var mean: Double
    var deviation: Double

    func density(_ value: Double) -> Double {
      let distance = (value - mean) / deviation
      return share * exp(-0.5 * distance * distance) / deviation
    }
  }

  public func choice(_ sample: MapSample) throws -> BackgroundChoice {
    let shares = try MapHistogram(sample.spread(images)).shares
    var (low, high) = (
      Part(share: 0.7, mean: 0.15, deviation: 0.1), Part(share: 0.3, mean: 0.7, deviation: 0.2)
    )
    for _ in 0..<steps {
      let upper = shares.indices.map { bin in
        let value = MapHistogram.value(bin)
        let (a, b) = (low.density(value), high.density(value))
        return a + b > 0 ? b / (a + b) : value < low.mean ? 0 : 1
      }
      low = Self.fitted(shares.indices.map { shares[$0] * (1 - upper[$0]) }, low)
      high = Self.fitted(shares.indices.map { shares[$0] * upper[$0] }, high)
    }
    let curve = shares.indices.map { bin in
      let value = MapHistogram.value(bin)
      let (a, b) = (low.density(value), high.density(value))
      return BackgroundChoice.Point(Float(value), a + b > 0 ? b / (a + b) : value < low.mean ? 0 : 1)
    }
    let crossing = curve.first { Double($0.threshold) > low.mean && $0.value > 0.5 }
    return BackgroundChoice(
      crossing?.threshold ?? 1, curve: curve, criterion: "probability of the upper distribution")
  }

  /// The part with the weights of each bin; as before where it has none.
  private static func fitted(_ weights: [Double], _ old: Part) -> Part {
    let share = weights.reduce(0, +)
    guard share > 1e-9 else { return old }
    let mean = weights.indices.reduce(0) { $0 + weights[$1] * MapHistogram.value($1) } / share
    let variance =
      weights.indices.reduce(0) { sum, bin in
        let distance = MapHistogram.value(bin) - mean
        return sum + weights[bin] * distance * distance
      } / share
    return Part(share: share, mean: mean, deviation: max(variance.squareRoot(), 1e-3))
  }
}
