/// A channel-last tensor seen as rows of whole vectors, for kernels with one coefficient per channel.
///
/// The channels repeat every `channels` values. A row is as many repetitions as fill whole vectors, so that
/// 24 channels run as fast as 64; the values after the last whole row make a shorter one.
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
    rowsPerChunk = min(256, max(16, (1 << 13) / max(width, 1)))
  }

  /// The number of values per channel.
  var samples: Int { count / max(channels, 1) }

  /// Some whole rows, or the values after the last one.
  struct Chunk: Sendable {
    /// The first value.
    let start: Int
    let rows: Int
    /// The values of each row, and the distance between rows.
    let columns: Int
    let width: Int

    /// Calls `body` with the index, the column and the lanes of each vector; only a row's last has fewer than
    /// 16.
    @inline(__always)
    func forEachVector(_ body: (_ index: Int, _ column: Int, _ lanes: Int) -> Void) {
      for row in 0..<rows {
        let first = start &+ row &* width
        var column = 0
        while column &+ 16 <= columns {
          body(first &+ column, column, 16)
          column &+= 16
        }
        if column < columns { body(first &+ column, column, columns &- column) }
      }
    }

    /// Calls `body` like `forEachVector`, but with four rows at a time (`index`, `index + width`, …) as long
    /// as there are four: sums over rows are then loaded and stored a quarter as often.
    @inline(__always)
    func forEachStrip(_ body: (_ index: Int, _ column: Int, _ rows: Int, _ lanes: Int) -> Void) {
      var row = 0
      while row &+ 4 <= rows && columns == width {
        let first = start &+ row &* width
        for column in stride(from: 0, to: width, by: 16) { body(first &+ column, column, 4, 16) }
        row &+= 4
      }
      let rest = Chunk(start: start &+ row &* width, rows: rows &- row, columns: columns, width: width)
      rest.forEachVector { index, column, lanes in body(index, column, 1, lanes) }
    }
  }

  /// The number of chunks.
  var chunks: Int { wholeChunks + (rows * width < count ? 1 : 0) }

  private var wholeChunks: Int { (rows + rowsPerChunk - 1) / rowsPerChunk }

  /// One of the chunks.
  func chunk(_ index: Int) -> Chunk {
    guard index < wholeChunks else {
      return Chunk(start: rows * width, rows: 1, columns: count - rows * width, width: width)
    }
    let first = index * rowsPerChunk
    return Chunk(start: first * width, rows: min(rowsPerChunk, rows - first), columns: width, width: width)
  }

  /// Calls `body` with every chunk, on all cores.
  func forEachChunk(_ body: @Sendable (Chunk) -> Void) {
    Parallel.forEach(chunks) { body(chunk($0)) }
  }

  /// One coefficient per channel, repeated to fill a row.
  func widened(_ coefficients: [Float]) -> Storage {
    let row = Storage(count: width)
    for index in 0..<width { row.base[index] = coefficients[index % channels] }
    return row
  }
}

extension SIMD16<Float> {
  /// The first `lanes` of the sixteen values at `pointer`, and zeros.
  @inline(__always)
  init(at pointer: UnsafePointer<Float>, lanes: Int) {
    self = lanes == 16 ? Vector(at: pointer) : Vector(at: pointer, count: lanes)
  }

  /// Writes the first `lanes` of the sixteen values to `pointer`.
  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, lanes: Int) {
    if lanes == 16 {
      store(to: pointer)
    } else {
      store(to: pointer, count: lanes)
    }
  }
}
