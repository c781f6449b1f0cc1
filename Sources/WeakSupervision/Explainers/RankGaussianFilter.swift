import Autograd
import Foundation

/// A filter of windows of 3 × 3 that weights values by their rank, the less so the more they differ.
///
///     v_0 ≤ … ≤ v_8,   σ = std(v) / mean(v),   F = Σ_r v_r exp(−(r − 4)² / 2σ²) / Σ_r exp(−(r − 4)² / 2σ²)
///
/// A window of equal values keeps its value, and one without anything above zero becomes 0. Maps are
/// continued by reflection at their borders, without repeating the border.
enum RankGaussianFilter {
  /// Maps of non-negative values `[batch, height, width, classes]`, filtered.
  static func filtered(_ maps: Tensor) -> Tensor {
    let (height, width, classes) = (maps.shape[1], maps.shape[2], maps.shape[3])
    let values = maps.scalars
    return Tensor(shape: maps.shape) { out in
      var window = [Float](repeating: 0, count: 9)
      for index in out.indices {
        let (place, channel) = index.quotientAndRemainder(dividingBy: classes)
        let (line, column) = place.quotientAndRemainder(dividingBy: width)
        let (image, row) = line.quotientAndRemainder(dividingBy: height)
        for tap in 0..<9 {
          let y = reflected(row + tap / 3 - 1, height)
          let x = reflected(column + tap % 3 - 1, width)
          window[tap] = values[((image * height + y) * width + x) * classes + channel]
        }
        out[index] = value(of: window)
      }
    }
  }

  /// The filtered value of nine.
  static func value(of window: [Float]) -> Float {
    let sorted = window.map(Double.init).sorted()
    let mean = sorted.reduce(0, +) / Double(sorted.count)
    guard mean > 0 else { return 0 }
    let variance = sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sorted.count)
    let deviation = variance.squareRoot() / mean
    guard deviation >= 1e-6 else { return Float(sorted[4]) }
    let weights = (0..<9).map { exp(-Double(($0 - 4) * ($0 - 4)) / (2 * deviation * deviation)) }
    return Float(zip(weights, sorted).reduce(0) { $0 + $1.0 * $1.1 } / weights.reduce(0, +))
  }

  private static func reflected(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    return index < 0 ? -index : index >= count ? 2 * (count - 1) - index : index
  }
}
