extension ChannelRows {
  /// The mean and the biased variance of each channel, from one pass over memory.
  ///
  /// Each chunk is reduced to its mean and its sum of squared distances from that (the second look is served
  /// by the cache), and the chunks are joined in `Double` (Chan, Golub and LeVeque 1979): no cancellation,
  /// however large the mean.
  func moments(of x: Tensor) -> (mean: [Double], variance: [Double]) {
    let partial = partialSums { chunk, sums in momentsOfChunk(x.storage.base, chunk, sums) }
    let mean = total(partial) { chunk, _, mean, _ in Double(chunk.rows) * mean }.map { $0 / Double(samples) }
    let squares = total(partial) { chunk, channel, chunkMean, squares in
      let distance = chunkMean - mean[channel]
      return squares + Double(chunk.rows) * distance * distance
    }
    return (mean, squares.map { $0 / Double(samples) })
  }

  /// Leaves the mean of each column in the first row of `sums`, its squared distances from that in the
  /// second.
  private func momentsOfChunk(_ x: UnsafePointer<Float>, _ chunk: Chunk, _ sums: UnsafeMutablePointer<Float>)
  {
    chunk.forEachVector { index, column, lanes in
      (Vector(at: sums + column) + Vector(at: x + index, lanes: lanes)).store(to: sums + column)
    }
    let share = Vector(repeating: 1 / Float(chunk.rows))
    for column in stride(from: 0, to: width, by: 16) {
      (Vector(at: sums + column) * share).store(to: sums + column)
    }
    let squares = sums + width
    chunk.forEachVector { index, column, lanes in
      let distance = Vector(at: x + index, lanes: lanes) - Vector(at: sums + column)
      Vector(at: squares + column).addingProduct(distance, distance).store(to: squares + column)
    }
  }
}
