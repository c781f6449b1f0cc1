import Autograd
import Foundation

/// Filters of one map of gradients, `[1, height, width, 1]`.
enum GradientFilter {
  /// A Gaussian of deviation `sigma` in positions, over three of it to each side; borders repeat what is
  /// inside them, mirrored.
  static func gaussian(_ map: Tensor, sigma: Float) -> Tensor {
    let radius = max(1, Int((3 * sigma).rounded(.up)))
    let plain = (-radius...radius).map { exp(-Double($0 * $0) / (2 * Double(sigma * sigma))) }
    let kernel = plain.map { $0 / plain.reduce(0, +) }
    let (height, width) = (map.shape[1], map.shape[2])
    func along(_ count: Int, _ other: Int, _ values: [Double], _ index: (Int, Int) -> Int) -> [Double] {
      var result = values
      for line in 0..<other {
        for position in 0..<count {
          result[index(line, position)] = zip(-radius...radius, kernel).reduce(0) {
            $0 + $1.1 * values[index(line, mirrored(position + $1.0, count))]
          }
        }
      }
      return result
    }
    let rows = along(width, height, map.scalars.map { Double($0) }) { $0 * width + $1 }
    let all = along(height, width, rows) { $1 * width + $0 }
    return Tensor(all.map { Float($0) }, shape: map.shape)
  }

  /// The place inside `0..<count` that a place outside shows, the border between cells being the mirror.
  private static func mirrored(_ place: Int, _ count: Int) -> Int {
    let period = 2 * count
    let inside = ((place % period) + period) % period
    return inside < count ? inside : period - 1 - inside
  }

  /// One kernel of the map's own size, spatial weights of deviation 5 times weights of the map's own values
  /// about their mean of deviation 0.1, correlated with the map and nothing around it.
  ///
  /// This is the filter of the authors' first program, which is no bilateral filter in the usual sense.
  static func bilateral(_ map: Tensor) -> Tensor {
    let (height, width) = (map.shape[1], map.shape[2])
    let values = map.scalars.map { Double($0) }
    let mean = values.reduce(0, +) / Double(values.count)
    let plain = values.indices.map { index -> Double in
      let y = Double(index / width) - Double(height) / 2
      let x = Double(index % width) - Double(width) / 2
      let difference = values[index] - mean
      return exp(-(x * x + y * y) / 50 - difference * difference / 0.02)
    }
    let total = plain.reduce(0, +) + 1e-6
    let (top, left) = ((height - 1) / 2, (width - 1) / 2)
    let result = values.indices.map { index -> Float in
      let (row, column) = index.quotientAndRemainder(dividingBy: width)
      var sum = 0.0
      for y in 0..<height where (0..<height).contains(row + y - top) {
        for x in 0..<width where (0..<width).contains(column + x - left) {
          sum += plain[y * width + x] * values[(row + y - top) * width + column + x - left]
        }
      }
      return Float(sum / total)
    }
    return Tensor(result, shape: map.shape)
  }
}
