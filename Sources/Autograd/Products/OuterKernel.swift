import CProcessor

/// Twelve or eight rows by one column block of `c += aᵀ·b`: the sum of outer products over pixels.
///
/// For each pixel, its rows' values of `a` lie side by side, and so does a packed column block of `b`, which
/// the kernel reads front to back. 12 × 2 vectors leave 24 accumulators, two columns and one
/// broadcast in the 32 registers; blocks of two vectors let more pixels of `b` stay in the first-level cache
/// than wider ones would, so that `c` is loaded and stored less often. Where registers hold half a vector or
/// less, the block is made in parts of half its rows by one vector, and what a run fetches is asked for
/// before each part: in the loop it would take one instruction in six.
struct OuterKernel {
  /// The most vectors of a column block.
  static let vectors = 2

  static let mostRows = 12

  /// The rows' values of the first pixel, and how far those of the next one lie.
  var factors: UnsafePointer<Float>
  let pitch: Int
  let pixels: Int
  /// The packed column block of the first pixel.
  var columns: UnsafePointer<Float>
  /// The first of the lines that the products are added to, and the distance between them.
  var target: UnsafeMutablePointer<Float>
  let stride: Int
  /// Whether the target's values count; otherwise they are overwritten.
  let isAccumulating: Bool
  /// What is fetched from memory meanwhile.
  let fetch: OuterFetch.Line

  /// Runs the kernel for `rows` (8 or 12) rows by a column block of `vectors` (1 or 2) vectors.
  @inline(__always)
  func run(rows: Int, vectors: Int) {
    guard Registers.holdVectors else {
      runParts(rows: rows, vectors: vectors)
      return
    }
    switch (rows, vectors) {
    case (12, 2): run(TwelveOuterRows<TwoVectors>.self, lines: TwoVectors.self)
    case (12, _): run(TwelveOuterRows<OneVector>.self, lines: OneVector.self)
    case (_, 2): run(EightOuterRows<TwoVectors>.self, lines: TwoVectors.self)
    default: run(EightOuterRows<OneVector>.self, lines: OneVector.self)
    }
  }

  /// Half of the rows by one vector at a time, where no more accumulators fit into the registers.
  @inline(__always)
  private func runParts(rows: Int, vectors: Int) {
    var fetch = fetch
    for row in Swift.stride(from: 0, to: rows, by: rows / 2) {
      for vector in 0..<vectors {
        fetch.fetchNext(steps: (pixels + 2 * vectors - 1) / (2 * vectors))
        var part = self
        part.factors += row
        part.columns += 16 * vector
        part.target += row * stride + 16 * vector
        switch (rows, vectors) {
        case (12, 2): part.run(SixOuterRows<OneVector>.self, lines: TwoVectors.self)
        case (12, _): part.run(SixOuterRows<OneVector>.self, lines: OneVector.self)
        case (_, 2): part.run(FourOuterRows<OneVector>.self, lines: TwoVectors.self)
        default: part.run(FourOuterRows<OneVector>.self, lines: OneVector.self)
        }
      }
    }
  }

  /// Runs the kernel for the columns of `Tile` in lines as wide as `Line`.
  @inline(never)
  private func run<Tile: OuterRows, Line: ColumnBlock>(_: Tile.Type, lines _: Line.Type) {
    fetchTarget(rows: Tile.count, width: Tile.Columns.width)
    var sums = Tile()
    var (a, b) = (factors, columns)
    var fetch = fetch
    var rest = pixels
    // As in `RowKernel`, several steps a round where each has few multiply-adds.
    while !Registers.holdVectors && rest >= 4 {
      for pixel in 0..<4 {
        sums.add(a + pixel &* pitch, times: Tile.Columns(loading: b + pixel &* Line.width))
      }
      a += 4 &* pitch
      b += 4 &* Line.width
      rest &-= 4
    }
    for _ in 0..<rest {
      sums.add(a, times: Tile.Columns(loading: b))
      a += pitch
      b += Line.width
      if Registers.holdVectors { fetch.fetchNext() }
    }
    sums.store(to: target, stride, isAdding: isAccumulating)
  }

  /// The target is needed only at the end, and comes from memory while the sums are made.
  @inline(__always)
  private func fetchTarget(rows: Int, width: Int) {
    for row in 0..<rows {
      for value in Swift.stride(from: 0, to: width, by: 16) {
        prefetch_for_writing(target + row * stride + value)
      }
    }
  }
}
