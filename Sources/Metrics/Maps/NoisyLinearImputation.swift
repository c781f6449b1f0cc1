import Autograd

/// Pixels of an image that are replaced by weighted means of their eight neighbours, removed ones included,
/// all at once (Rong et al., "A Consistent and Efficient Evaluation Strategy for Attribution Methods", ICML
/// 2022).
///
///     Σ_n w_n (x_i − x_n) = 0   for each removed pixel i and its neighbours n in the image
///
/// with w = 1/6 across sides and 1/12 across corners. The system is symmetric, and conjugate gradients solve
/// it from the mean of what is kept.
struct NoisyLinearImputation {
  let width: Int
  let height: Int

  /// Fills the pixels of an image `[height, width, 3]` for which `isRemoved` holds.
  ///
  /// Where all are removed, nothing determines them, and they get the mean colour of the image.
  func filled(_ image: Tensor, _ isRemoved: [Bool]) -> Tensor {
    let source = image.scalars
    let removed = isRemoved.indices.filter { isRemoved[$0] }
    guard !removed.isEmpty else { return image }
    var place = [Int](repeating: -1, count: isRemoved.count)
    for (row, pixel) in removed.enumerated() { place[pixel] = row }
    let neighbors = removed.map(self.neighbors)
    var values = source
    for channel in 0..<3 {
      let kept = isRemoved.indices.filter { !isRemoved[$0] || removed.count == isRemoved.count }
      let mean = kept.reduce(0.0) { $0 + Double(source[3 * $1 + channel]) } / Double(kept.count)
      var solution = [Double](repeating: mean, count: removed.count)
      if removed.count < isRemoved.count {
        let known = neighbors.map { row in
          row.reduce(0.0) {
            $0 + (place[$1.pixel] < 0 ? $1.weight * Double(source[3 * $1.pixel + channel]) : 0)
          }
        }
        solve(neighbors, place, known, &solution)
      }
      for (row, pixel) in removed.enumerated() { values[3 * pixel + channel] = Float(solution[row]) }
    }
    return Tensor(values, shape: image.shape)
  }

  private func neighbors(of pixel: Int) -> [(pixel: Int, weight: Double)] {
    let (x, y) = (pixel % width, pixel / width)
    var result: [(Int, Double)] = []
    for row in max(0, y - 1)...min(height - 1, y + 1) {
      for column in max(0, x - 1)...min(width - 1, x + 1) where (column, row) != (x, y) {
        result.append((row * width + column, column == x || row == y ? 1 / 6 : 1 / 12))
      }
    }
    return result
  }

  /// Conjugate gradients, until the residual has fallen to a millionth.
  private func solve(
    _ neighbors: [[(pixel: Int, weight: Double)]], _ place: [Int], _ known: [Double],
    _ solution: inout [Double]
  ) {
    func product(_ vector: [Double]) -> [Double] {
      neighbors.indices.map { row in
        neighbors[row].reduce(0.0) { sum, neighbor in
          let other = place[neighbor.pixel]
          return sum + neighbor.weight * (vector[row] - (other < 0 ? 0 : vector[other]))
        }
      }
    }
    func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    var residual = zip(known, product(solution)).map(-)
    var direction = residual
    var norm = dot(residual, residual)
    let goal = max(dot(known, known), 1e-12) * 1e-16
    for _ in 0..<10 * solution.count where norm > goal {
      let image = product(direction)
      let step = norm / dot(direction, image)
      for row in solution.indices {
        solution[row] += step * direction[row]
        residual[row] -= step * image[row]
      }
      let next = dot(residual, residual)
      for row in direction.indices { direction[row] = residual[row] + next / norm * direction[row] }
      norm = next
    }
  }
}
