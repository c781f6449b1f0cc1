/// Twelve or eight rows by one column block of `c += aᵀ·b`: the sum of outer products over pixels.
///
/// Both operands are packed so that the kernel reads them front to back: for each pixel, its rows' values of
/// `a` and a column block of `b`. 12 × 2 vectors leave 24 accumulators, two columns and one
/// broadcast in the 32 registers; blocks of two vectors let more pixels of `b` stay in the first-level cache
/// than wider ones would, so that `c` is loaded and stored less often.
struct OuterKernel {
  /// The most vectors of a column block.
  static let vectors = 2

  /// The values of a pixel's rows lie this far from the next one's.
  static let tileWidth = 12

  /// The rows' values of all pixels.
  let factors: UnsafePointer<Float>
  let pixels: Int
  let columns: UnsafePointer<Float>
  /// The first of the lines that the products are added to, and the distance between them.
  let target: UnsafeMutablePointer<Float>
  let stride: Int
  /// Whether the target's values count; otherwise they are overwritten.
  let isAccumulating: Bool

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
    var (top, middle, bottom) = (FourRows<Columns>(), FourRows<Columns>(), FourRows<Columns>())
    if isAccumulating {
      top = FourRows(loading: target, stride)
      middle = FourRows(loading: target + 4 * stride, stride)
      bottom = FourRows(loading: target + 8 * stride, stride)
    }
    var (a, b) = (factors, columns)
    for _ in 0..<pixels {
      let line = Columns(loading: b)
      top.add(a, times: line)
      middle.add(a + 4, times: line)
      bottom.add(a + 8, times: line)
      a += Self.tileWidth
      b += Columns.width
    }
    top.store(to: target, stride)
    middle.store(to: target + 4 * stride, stride)
    bottom.store(to: target + 8 * stride, stride)
  }

  @inline(never)
  private func runEight<Columns: ColumnBlock>(_: Columns.Type) {
    var (top, bottom) = (FourRows<Columns>(), FourRows<Columns>())
    if isAccumulating {
      top = FourRows(loading: target, stride)
      bottom = FourRows(loading: target + 4 * stride, stride)
    }
    var (a, b) = (factors, columns)
    for _ in 0..<pixels {
      let line = Columns(loading: b)
      top.add(a, times: line)
      bottom.add(a + 4, times: line)
      a += Self.tileWidth
      b += Columns.width
    }
    top.store(to: target, stride)
    bottom.store(to: target + 4 * stride, stride)
  }
}

/// Four rows of a tile of accumulators.
private struct FourRows<Columns: ColumnBlock> {
  var (r0, r1, r2, r3) = (Columns(), Columns(), Columns(), Columns())

  @inline(__always) init() {}

  @inline(__always) init(loading pointer: UnsafePointer<Float>, _ stride: Int) {
    r0 = Columns(loading: pointer)
    r1 = Columns(loading: pointer + stride)
    r2 = Columns(loading: pointer + 2 * stride)
    r3 = Columns(loading: pointer + 3 * stride)
  }

  @inline(__always) func store(to pointer: UnsafeMutablePointer<Float>, _ stride: Int) {
    r0.store(to: pointer)
    r1.store(to: pointer + stride)
    r2.store(to: pointer + 2 * stride)
    r3.store(to: pointer + 3 * stride)
  }

  @inline(__always) mutating func add(_ factors: UnsafePointer<Float>, times columns: Columns) {
    r0.add(factors[0], times: columns)
    r1.add(factors[1], times: columns)
    r2.add(factors[2], times: columns)
    r3.add(factors[3], times: columns)
  }
}
