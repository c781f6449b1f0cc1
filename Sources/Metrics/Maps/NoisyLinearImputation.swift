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
    let system = ImputationSystem(removed, place, width: width, height: height)
    var values = source
    for channel in 0..<3 {
      let isKnown = removed.count < isRemoved.count
      let kept = isRemoved.indices.filter { !isRemoved[$0] || !isKnown }
      let mean = kept.reduce(0.0) { $0 + Double(source[3 * $1 + channel]) } / Double(kept.count)
      var solution = [Double](repeating: mean, count: removed.count)
      if isKnown {
        let known = system.outside.map { terms in
          terms.reduce(0.0) { $0 + $1.weight * Double(source[3 * $1.pixel + channel]) }
        }
        system.solve(known, &solution)
      }
      for (row, pixel) in removed.enumerated() { values[3 * pixel + channel] = Float(solution[row]) }
    }
    return Tensor(values, shape: image.shape)
  }
}

/// The linear equations of the removed pixels of an image.
private struct ImputationSystem {
  /// The kept neighbours of each removed pixel.
  private(set) var outside: [[(pixel: Int, weight: Double)]] = []
  /// The sum of the weights of each removed pixel's neighbours.
  private var diagonal: [Double] = []
  /// Where the removed neighbours of each pixel begin in the two lists below, and where the last ones end.
  private var starts = [0]
  private var columns: [Int] = []
  private var weights: [Double] = []

  /// The equations of the pixels `removed`; `place` is the row of each pixel of the image, or -1.
  init(_ removed: [Int], _ place: [Int], width: Int, height: Int) {
    for pixel in removed {
      let (x, y) = (pixel % width, pixel / width)
      var (kept, sum) = ([(pixel: Int, weight: Double)](), 0.0)
      for row in max(0, y - 1)...min(height - 1, y + 1) {
        for column in max(0, x - 1)...min(width - 1, x + 1) where (column, row) != (x, y) {
          let (other, weight) = (row * width + column, column == x || row == y ? 1.0 / 6 : 1.0 / 12)
          sum += weight
          if place[other] < 0 {
            kept.append((other, weight))
          } else {
            columns.append(place[other])
            weights.append(weight)
          }
        }
      }
      outside.append(kept)
      diagonal.append(sum)
      starts.append(columns.count)
    }
  }

  /// Conjugate gradients, until the residual has fallen to a millionth.
  func solve(_ known: [Double], _ solution: inout [Double]) {
    func dot(_ a: [Double], _ b: [Double]) -> Double {
      var sum = 0.0
      for index in a.indices { sum += a[index] * b[index] }
      return sum
    }
    var image = [Double](repeating: 0, count: solution.count)
    multiply(solution, into: &image)
    var residual = zip(known, image).map(-)
    var direction = residual
    var norm = dot(residual, residual)
    let goal = max(dot(known, known), 1e-12) * 1e-12
    for _ in 0..<10 * solution.count where norm > goal {
      multiply(direction, into: &image)
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

  private func multiply(_ vector: [Double], into image: inout [Double]) {
    vector.withUnsafeBufferPointer { vector in
      columns.withUnsafeBufferPointer { columns in
        weights.withUnsafeBufferPointer { weights in
          for row in image.indices {
            var sum = diagonal[row] * vector[row]
            for index in starts[row]..<starts[row + 1] { sum -= weights[index] * vector[columns[index]] }
            image[row] = sum
          }
        }
      }
    }
  }
}
