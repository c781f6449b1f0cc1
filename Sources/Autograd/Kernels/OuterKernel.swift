import CPrefetch

/// Twelve or eight rows by one column block of `c += aᵀ·b`: the sum of outer products over pixels.
///
/// For each pixel, its rows' values of `a` lie side by side, and so does a packed column block of `b`, which
/// the kernel reads front to back. 12 × 2 vectors leave 24 accumulators, two columns and one
/// broadcast in the 32 registers; blocks of two vectors let more pixels of `b` stay in the first-level cache
/// than wider ones would, so that `c` is loaded and stored less often.
struct OuterKernel {
  /// The most vectors of a column block.
  static let vectors = 2

  static let mostRows = 12

  /// The rows' values of the first pixel, and how far those of the next one lie.
  let factors: UnsafePointer<Float>
  let pitch: Int
  let pixels: Int
  let columns: UnsafePointer<Float>
  /// The first of the lines that the products are added to, and the distance between them.
  let target: UnsafeMutablePointer<Float>
  let stride: Int
  /// Whether the target's values count; otherwise they are overwritten.
  let isAccumulating: Bool
  /// What is fetched from memory meanwhile.
  let fetch: OuterFetch.Line

  /// Runs the kernel for `rows` (8 or 12) rows by a column block of `vectors` (1 or 2) vectors.
  @inline(__always)
  func run(rows: Int, vectors: Int) {
    switch (rows, vectors) {
    case (12, 2): runTwelve(TwoVectors.self)
    case (12, _): runTwelve(OneVector.self)
    case (_, 2): runEight(TwoVectors.self)
    default: runEight(OneVector.self)
    }
  }

  @inline(never)
  private func runTwelve<Columns: ColumnBlock>(_: Columns.Type) {
    fetchTarget(rows: 12, width: Columns.width)
    var (top, middle, bottom) = (FourRows<Columns>(), FourRows<Columns>(), FourRows<Columns>())
    var (a, b) = (factors, columns)
    var fetch = fetch
    for _ in 0..<pixels {
      let line = Columns(loading: b)
      top.add(a, times: line)
      middle.add(a + 4, times: line)
      bottom.add(a + 8, times: line)
      a += pitch
      b += Columns.width
      fetch.fetchNext()
    }
    top.store(to: target, stride, isAdding: isAccumulating)
    middle.store(to: target + 4 * stride, stride, isAdding: isAccumulating)
    bottom.store(to: target + 8 * stride, stride, isAdding: isAccumulating)
  }

  @inline(never)
  private func runEight<Columns: ColumnBlock>(_: Columns.Type) {
    fetchTarget(rows: 8, width: Columns.width)
    var (top, bottom) = (FourRows<Columns>(), FourRows<Columns>())
    var (a, b) = (factors, columns)
    var fetch = fetch
    for _ in 0..<pixels {
      let line = Columns(loading: b)
      top.add(a, times: line)
      bottom.add(a + 4, times: line)
      a += pitch
      b += Columns.width
      fetch.fetchNext()
    }
    top.store(to: target, stride, isAdding: isAccumulating)
    bottom.store(to: target + 4 * stride, stride, isAdding: isAccumulating)
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

/// Four rows of a tile of accumulators.
private struct FourRows<Columns: ColumnBlock> {
  var (r0, r1, r2, r3) = (Columns(), Columns(), Columns(), Columns())

  @inline(__always) init() {}

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>, _ stride: Int, isAdding: Bool) {
    guard isAdding else {
      r0.store(to: pointer)
      r1.store(to: pointer + stride)
      r2.store(to: pointer + 2 * stride)
      r3.store(to: pointer + 3 * stride)
      return
    }
    r0.adding(pointer).store(to: pointer)
    r1.adding(pointer + stride).store(to: pointer + stride)
    r2.adding(pointer + 2 * stride).store(to: pointer + 2 * stride)
    r3.adding(pointer + 3 * stride).store(to: pointer + 3 * stride)
  }

  @inline(__always) mutating func add(_ factors: UnsafePointer<Float>, times columns: Columns) {
    r0.add(factors[0], times: columns)
    r1.add(factors[1], times: columns)
    r2.add(factors[2], times: columns)
    r3.add(factors[3], times: columns)
  }
}
