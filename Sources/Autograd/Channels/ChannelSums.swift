extension ChannelRows {
  /// Eight columns of a sum in the making.
  typealias Doubles = SIMD8<Double>

  /// Two sums per channel over all values, in `Double`.
  ///
  /// `body` finds two rows of zeros and leaves there what a chunk amounts to; `join` turns them into what is
  /// added up. Parts of the chunks are summed side by side and joined in order; how many there are follows
  /// from the size alone.
  func sums(
    _ body: @Sendable (_ chunk: Chunk, _ rows: UnsafeMutablePointer<Float>) -> Void,
    joining join: @Sendable (_ chunk: Chunk, _ first: Doubles, _ second: Doubles) -> (Doubles, Doubles)
  ) -> (first: [Double], second: [Double]) {
    let parts = max(min(4, chunks), min(64, chunks / 8))
    let chunksPerPart = (chunks + max(parts, 1) - 1) / max(parts, 1)
    let partial = [Double](unsafeUninitializedCapacity: parts * 2 * width) { buffer, initialized in
      initialized = parts * 2 * width
      guard let base = buffer.baseAddress else { return }
      base.initialize(repeating: 0, count: initialized)
      let totals = SharedPointer(base)
      Parallel.forEach(parts) { part in
        let sums = UnsafeMutableRawPointer(totals.pointer + part * 2 * width)
        withScratch(2 * width) { rows in
          for index in min(chunks, part * chunksPerPart)..<min(chunks, (part + 1) * chunksPerPart) {
            let chunk = chunk(index)
            rows.update(repeating: 0, count: 2 * width)
            body(chunk, rows)
            for column in stride(from: 0, to: width, by: 8) {
              let (first, second) = join(
                chunk, Doubles(floatsAt: rows + column), Doubles(floatsAt: rows + width + column))
              sums.add(first, at: column)
              sums.add(second, at: width + column)
            }
          }
        }
      }
    }
    var totals = [Double](repeating: 0, count: 2 * channels)
    guard channels > 0 else { return ([], []) }
    for row in stride(from: 0, to: partial.count, by: channels) {
      let place = row / width % 2 * channels
      for channel in 0..<channels { totals[place + channel] += partial[row + channel] }
    }
    return (Array(totals[..<channels]), Array(totals[channels...]))
  }
}

extension SIMD8<Double> {
  @inline(__always)
  fileprivate init(floatsAt pointer: UnsafePointer<Float>) {
    self = Self(UnsafeRawPointer(pointer).loadUnaligned(as: SIMD8<Float>.self))
  }
}

extension UnsafeMutableRawPointer {
  /// Adds eight values to those from index `index` on.
  @inline(__always)
  fileprivate func add(_ values: SIMD8<Double>, at index: Int) {
    let place = self + index * MemoryLayout<Double>.stride
    place.storeBytes(of: place.loadUnaligned(as: SIMD8<Double>.self) + values, as: SIMD8<Double>.self)
  }
}

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
    return (mean, zip(squares, mean).map { variance($0, mean: $1) })
  }

  /// The variance of a channel: not below 0 by rounding, but NaN where a value is.
  private func variance(_ squares: Double, mean: Double) -> Double {
    let variance = squares / Double(samples) - mean * mean
    return variance < 0 ? 0 : variance
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
