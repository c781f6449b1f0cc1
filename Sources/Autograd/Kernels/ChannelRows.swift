/// A channel-last tensor seen as rows of whole vectors, for kernels with one coefficient per channel.
///
/// The channels repeat every `channels` values. A row is as many repetitions as fill whole vectors, so that
/// 24 channels run as fast as 64. The values after the last whole row are handed to kernels as one more row,
/// padded with zeros.
struct ChannelRows: Sendable {
  let channels: Int
  /// The number of values in all.
  let count: Int
  /// The values of a row: the least common multiple of the channels and of a vector's lanes.
  let width: Int
  /// The number of whole rows.
  let rows: Int
  /// The rows of a chunk, which is small enough that a second look at it is served by the cache.
  let rowsPerChunk: Int

  init(channels: Int, count: Int) {
    self.channels = channels
    self.count = count
    var repetitions = 1
    while repetitions * channels % 16 != 0 { repetitions *= 2 }
    width = repetitions * channels
    rows = channels == 0 ? 0 : count / width
    rowsPerChunk = min(256, max(16, (1 << 14) / max(width, 1)))
  }

  /// The number of chunks of whole rows.
  var chunks: Int { (rows + rowsPerChunk - 1) / rowsPerChunk }

  /// The rows of one chunk.
  func rows(ofChunk chunk: Int) -> Range<Int> {
    chunk * rowsPerChunk..<min(rows, (chunk + 1) * rowsPerChunk)
  }

  /// The values after the last whole row.
  var tail: Range<Int> { rows * width..<count }

  /// One coefficient per channel, repeated to fill a row.
  func widened(_ coefficients: [Float]) -> Tensor {
    Tensor(shape: [width]) { out in
      for index in out.indices { out[index] = coefficients[index % channels] }
    }
  }

  /// The values after the last whole row, followed by zeros.
  func paddedTail(of x: Tensor) -> Tensor {
    let tail = self.tail
    return Tensor(shape: [width]) { out in
      for index in out.indices {
        out[index] = index < tail.count ? x.storage.base[tail.lowerBound + index] : 0
      }
    }
  }

  /// Makes a tensor of `shape` from two others of that shape; `body` writes a number of rows.
  func map(
    _ x: Tensor, _ y: Tensor, shape: Shape,
    _ body:
      @Sendable (
        _ rows: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ out: UnsafeMutablePointer<Float>
      ) -> Void
  ) -> Tensor {
    let output = Storage(count: count)
    Parallel.forEach(chunks) { chunk in
      let rows = self.rows(ofChunk: chunk)
      let start = rows.lowerBound * width
      body(rows.count, x.storage.base + start, y.storage.base + start, output.base + start)
    }
    if !tail.isEmpty {
      let (tailX, tailY, row) = (paddedTail(of: x), paddedTail(of: y), Storage(count: width))
      withExtendedLifetime((tailX, tailY)) { body(1, tailX.storage.base, tailY.storage.base, row.base) }
      (output.base + tail.lowerBound).update(from: row.base, count: tail.count)
    }
    return Tensor(shape: shape, storage: output)
  }

  /// Two sums per channel over all values, in `Double`: `body` adds up the rows of a chunk in `Float`.
  ///
  /// `body` is called with the rows of two tensors, and with room for two rows of sums, which are zero.
  func sums(
    _ x: Tensor, _ y: Tensor,
    _ body:
      @Sendable (
        _ rows: Int, _ x: UnsafePointer<Float>, _ y: UnsafePointer<Float>, _ sums: UnsafeMutablePointer<Float>
      ) -> Void
  ) -> (first: [Double], second: [Double]) {
    var partial = [
      partialSums { rows, sums in
        let start = rows.lowerBound * width
        body(rows.count, x.storage.base + start, y.storage.base + start, sums)
      }
    ]
    if !tail.isEmpty {
      let (tailX, tailY) = (paddedTail(of: x), paddedTail(of: y))
      let sums = Tensor(repeating: 0, shape: [1, 2, width])
      withExtendedLifetime((tailX, tailY)) {
        body(1, tailX.storage.base, tailY.storage.base, sums.storage.base)
      }
      partial.append(sums)
    }
    var first = [Double](repeating: 0, count: channels)
    var second = first
    for sums in partial {
      for chunk in 0..<sums.shape[0] {
        add(sums.storage.base + 2 * chunk * width, to: &first)
        add(sums.storage.base + (2 * chunk + 1) * width, to: &second)
      }
    }
    withExtendedLifetime(partial) {}
    return (first, second)
  }

  /// Two rows for each chunk, filled by `body`, which finds them zero: `[chunks, 2, width]`.
  func partialSums(
    _ body: @Sendable (_ rows: Range<Int>, _ sums: UnsafeMutablePointer<Float>) -> Void
  ) -> Tensor {
    let sums = Tensor(repeating: 0, shape: [chunks, 2, width])
    Parallel.forEach(chunks) { chunk in
      body(rows(ofChunk: chunk), sums.storage.base + 2 * chunk * width)
    }
    return sums
  }

  /// Adds a row to one total per channel.
  func add(_ row: UnsafePointer<Float>, to totals: inout [Double], weight: Double = 1) {
    for start in stride(from: 0, to: width, by: channels) {
      for channel in 0..<channels { totals[channel] += weight * Double(row[start + channel]) }
    }
  }
}
