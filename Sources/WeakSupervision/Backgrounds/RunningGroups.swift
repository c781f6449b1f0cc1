/// The values of class maps during training, in three groups: background, undecided, object.
///
/// Of each batch the values are spread over 256 bins, every map with the same weight, and
///
///     H ← 0.99 H + 0.01 (bins of the batch)
///     lower, upper = argmax Σ_k ω_k μ_k²
///
/// over the groups k up to `lower`, up to `upper` and above, with their shares ω and means μ: Otsu's
/// criterion for three groups (Liao, Chen, Chung: "A fast algorithm for multilevel thresholding", 2001).
public struct RunningGroups: Codable, Sendable {
  /// How much of what was seen stays from batch to batch.
  private static let decay = 0.99

  /// The shares of the bins; empty before the first map.
  private var shares: [Double] = []

  /// Nothing seen yet.
  public init() {}

  /// Looks at the values of the maps of a batch, a list for each map.
  public mutating func observe(_ maps: [[Float]]) {
    let maps = maps.filter { !$0.isEmpty }
    guard !maps.isEmpty else { return }
    var found = [Double](repeating: 0, count: MapHistogram.bins)
    for map in maps {
      for (bin, share) in MapHistogram.shares(of: map).enumerated() {
        found[bin] += share / Double(maps.count)
      }
    }
    shares =
      shares.isEmpty
      ? found : zip(shares, found).map { Self.decay * $0 + (1 - Self.decay) * $1 }
  }

  /// The values that part the groups, the lowest of equally good ones; `nil` before the first map.
  public var thresholds: (lower: Float, upper: Float)? {
    guard !shares.isEmpty else { return nil }
    var (weights, sums) = ([0.0], [0.0])
    for (bin, share) in shares.enumerated() {
      weights.append(weights[bin] + share)
      sums.append(sums[bin] + share * MapHistogram.value(bin))
    }
    func group(_ from: Int, _ to: Int) -> Double {
      let (weight, sum) = (weights[to] - weights[from], sums[to] - sums[from])
      return weight > 1e-12 ? sum * sum / weight : 0
    }
    var best = (value: -Double.infinity, lower: 1, upper: 2)
    let count = shares.count
    for lower in 1..<count - 1 {
      let first = group(0, lower)
      for upper in lower + 1..<count {
        let value = first + group(lower, upper) + group(upper, count)
        if value > best.value { best = (value, lower, upper) }
      }
    }
    return (Float(best.lower) / Float(count), Float(best.upper) / Float(count))
  }
}
