extension ChannelRows {
  /// The mean and the biased variance of each channel, from one pass over memory.
  ///
  /// Each chunk is reduced to its mean and its sum of squared distances from that (the second look is served
  /// by the cache), which `Double` holds without cancellation however large the mean: with the chunks' means
  /// `m` and distances `d`, the variance is `Σ (d + rows·m²) / n − mean²`.
  func moments(of x: Tensor) -> (mean: [Double], variance: [Double]) {
    let (sum, squares) = sums { chunk, rows in
      momentsOfChunk(x.storage.base, chunk, rows)
    } joining: { chunk, mean, distances in
      let sum = mean * Double(chunk.rows)
      return (sum, distances + sum * mean)
    }
    let mean = sum.map { $0 / Double(samples) }
    return (mean, zip(squares, mean).map { max(0, $0 / Double(samples) - $1 * $1) })
  }

  /// Leaves the mean of each column in the first row of `sums`, its squared distances from that in the
  /// second.
  private func momentsOfChunk(_ x: UnsafePointer<Float>, _ chunk: Chunk, _ sums: UnsafeMutablePointer<Float>)
  {
    chunk.forEachStrip { index, column, rows, lanes in
      var sum = Vector(at: sums + column)
      for row in 0..<rows { sum += Vector(at: x + index + row &* width, lanes: lanes) }
      sum.store(to: sums + column)
    }
    let share = Vector(repeating: 1 / Float(chunk.rows))
    for column in stride(from: 0, to: width, by: 16) {
      (Vector(at: sums + column) * share).store(to: sums + column)
    }
    let squares = sums + width
    chunk.forEachStrip { index, column, rows, lanes in
      let mean = Vector(at: sums + column)
      var square = Vector(at: squares + column)
      for row in 0..<rows {
        let distance = Vector(at: x + index + row &* width, lanes: lanes) - mean
        square.addProduct(distance, distance)
      }
      square.store(to: squares + column)
    }
  }
}
