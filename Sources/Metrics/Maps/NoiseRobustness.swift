public import Autograd

/// How much of a map remains when its gradients are noisy: structural similarity and mean squared error of
/// the clean and the noisy map, both brought to 0 … 1, at some levels of noise.
public struct NoiseRobustness: Sendable, Equatable {
  /// The levels, in standard deviations of the gradients.
  public let levels: [Float]
  /// The mean structural similarity at each level, −1 to 1: high is good.
  public private(set) var similarities: [ScoreMean]
  /// The mean squared error at each level: low is good.
  public private(set) var errors: [ScoreMean]

  /// The robustness of no map.
  public init(levels: [Float] = (1...10).map(Float.init)) {
    self.levels = levels
    similarities = [ScoreMean](repeating: ScoreMean(), count: levels.count)
    errors = similarities
  }

  /// Counts the clean map `[rows, columns]` of an image against what `noisy` makes of it at each level.
  ///
  /// A map that is constant or not finite is skipped.
  public mutating func add(_ map: Tensor, noisy: (_ level: Float) -> Tensor) {
    let clean = map.unitRange()
    for (index, level) in levels.enumerated() {
      guard let clean, let other = noisy(level).unitRange(), other.shape == clean.shape else {
        similarities[index].add(nil)
        errors[index].add(nil)
        continue
      }
      similarities[index].add(structuralSimilarity(clean, other, range: 1))
      let squares = zip(clean.scalars, other.scalars).map { Double(($0 - $1) * ($0 - $1)) }
      errors[index].add(squares.reduce(0, +) / Double(squares.count))
    }
  }
}

/// The mean structural similarity of two maps `[rows, columns]` whose values lie `range` apart at most, −1 to
/// 1 (Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", 2004).
///
/// Over uniform windows of 7 × 7, or of the largest odd side that fits, with sample covariances, as
/// scikit-image's `structural_similarity`. `nil` of maps that are thinner than three pixels or not finite.
///
/// - Precondition: both have the same shape, and the range is above 0.
public func structuralSimilarity(_ first: Tensor, _ second: Tensor, range: Double) -> Double? {
  precondition(first.shape == second.shape, "similarity: \(first.shape) against \(second.shape)")
  precondition(range > 0, "similarity: the range \(range) is not above 0")
  let (rows, columns) = (first.shape[0], first.shape[1])
  let side = min(7, (min(rows, columns) - 1) / 2 * 2 + 1)
  guard side >= 3, first.isFinite, second.isFinite else { return nil }
  let (a, b) = (first.scalars, second.scalars)
  var total = 0.0
  for top in 0...rows - side {
    for left in 0...columns - side {
      let window = (top..<top + side).flatMap { row in (left..<left + side).map { row * columns + $0 } }
      total += similarity(of: window.map { Double(a[$0]) }, window.map { Double(b[$0]) }, range)
    }
  }
  return total / Double((rows - side + 1) * (columns - side + 1))
}

private func similarity(of a: [Double], _ b: [Double], _ range: Double) -> Double {
  let count = Double(a.count)
  let (meanA, meanB) = (a.reduce(0, +) / count, b.reduce(0, +) / count)
  var (varianceA, varianceB, covariance) = (0.0, 0.0, 0.0)
  for (x, y) in zip(a, b) {
    varianceA += (x - meanA) * (x - meanA) / (count - 1)
    varianceB += (y - meanB) * (y - meanB) / (count - 1)
    covariance += (x - meanA) * (y - meanB) / (count - 1)
  }
  let (c1, c2) = (0.01 * range * 0.01 * range, 0.03 * range * 0.03 * range)
  return (2 * meanA * meanB + c1) * (2 * covariance + c2)
    / ((meanA * meanA + meanB * meanB + c1) * (varianceA + varianceB + c2))
}
