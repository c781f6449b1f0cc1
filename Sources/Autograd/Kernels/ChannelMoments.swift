extension ChannelRows {
  /// The mean and the biased variance of each channel, from one pass over memory.
  ///
  /// Each chunk is reduced to its mean and its sum of squared distances from that (the second look is served
  /// by the cache), and the chunks are joined in `Double` (Chan, Golub and LeVeque 1979): no cancellation,
  /// however large the mean.
  func moments(of x: Tensor) -> (mean: [Double], variance: [Double]) {
    let partial = partialSums { rows, sums in
      momentsOfChunk(x.storage.base + rows.lowerBound * width, rows.count, sums)
    }
    let samples = Double(count / channels)
    var mean = [Double](repeating: 0, count: channels)
    for chunk in 0..<chunks {
      add(partial.storage.base + 2 * chunk * width, to: &mean, weight: Double(rows(ofChunk: chunk).count))
    }
    for index in tail { mean[index % channels] += Double(x.storage.base[index]) }
    for channel in mean.indices { mean[channel] /= samples }
    var squares = [Double](repeating: 0, count: channels)
    for chunk in 0..<chunks {
      join(partial.storage.base + 2 * chunk * width, rows(ofChunk: chunk).count, mean, &squares)
    }
    for index in tail {
      let distance = Double(x.storage.base[index]) - mean[index % channels]
      squares[index % channels] += distance * distance
    }
    withExtendedLifetime((x, partial)) {}
    return (mean, squares.map { $0 / samples })
  }

  /// Leaves the mean of each column in the first row of `sums`, its squared distances from that in the second.
  private func momentsOfChunk(_ x: UnsafePointer<Float>, _ rows: Int, _ sums: UnsafeMutablePointer<Float>) {
    let squares = sums + width
    for row in 0..<rows {
      for column in stride(from: 0, to: width, by: 16) {
        (Vector(at: sums + column) + Vector(at: x + (row &* width &+ column))).store(to: sums + column)
      }
    }
    let share = Vector(repeating: 1 / Float(rows))
    for column in stride(from: 0, to: width, by: 16) {
      (Vector(at: sums + column) * share).store(to: sums + column)
    }
    for row in 0..<rows {
      for column in stride(from: 0, to: width, by: 16) {
        let distance = Vector(at: x + (row &* width &+ column)) - Vector(at: sums + column)
        (Vector(at: squares + column).addingProduct(distance, distance)).store(to: squares + column)
      }
    }
  }

  /// Adds a chunk's squared distances, moved from the chunk's mean to the mean of all.
  private func join(_ sums: UnsafePointer<Float>, _ rows: Int, _ mean: [Double], _ squares: inout [Double]) {
    for start in stride(from: 0, to: width, by: channels) {
      for channel in 0..<channels {
        let distance = Double(sums[start + channel]) - mean[channel]
        squares[channel] += Double(sums[start + width + channel]) + Double(rows) * distance * distance
      }
    }
  }
}
