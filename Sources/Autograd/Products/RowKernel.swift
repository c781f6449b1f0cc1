import CProcessor

/// Six rows by one column block of `c = a·b`, with the rows of `a` wherever they lie.
///
/// Each row of `a` is a list of runs of contiguous values, one per tap, found through a table of pointers: a
/// product of plain matrices has one tap, a convolution one per window position, so neither copies `a`.
/// `b` is packed: for each value of a run, tap by tap, one line of a column block. With four vectors there
/// are 24 accumulators, four columns and one broadcast in the 32 registers, and six row pointers with a
/// shared index in the general ones; all other offsets are constants. Registers of eight numbers, of which
/// there are 16, hold one vector's twelve accumulators, two columns and the broadcast. Lines of wide blocks,
/// which come from the second-level cache, are asked for three lines ahead; a narrow block stays in the
/// first-level one.
struct RowKernel {
  static let rows = 6

  /// The most vectors of a column block.
  static var vectors: Int { Registers.holdVectors ? 4 : 1 }

  /// For tap `t`, the six runs start at `table[t * pitch]…`.
  let table: UnsafePointer<UnsafePointer<Float>>
  let pitch: Int
  let taps: Int
  /// The part of each run that is multiplied.
  let offset: Int
  let depth: Int
  let columns: UnsafePointer<Float>
  /// The six lines that receive the product, and the column at which they do.
  let targets: UnsafePointer<UnsafeMutablePointer<Float>>
  let column: Int
  /// What the product is added to: this line in every row, or what the targets hold already.
  let start: UnsafePointer<Float>?

  /// Runs the kernel for a column block of `vectors` vectors.
  @inline(__always)
  func run(vectors: Int) {
    switch vectors {
    case 1: run(OneVector.self)
    case 2: run(TwoVectors.self)
    case 3: run(ThreeVectors.self)
    default: run(FourVectors.self)
    }
  }

  @inline(never)
  private func run<Columns: ColumnBlock>(_: Columns.Type) {
    var sums = start.map { SixSums<Columns>($0) } ?? SixSums(loading: targets, column)
    var b = columns
    var runs = table
    // Targets that are not read before the end come from memory while the sums are made. Those of wide blocks
    // do so row by row: all at once they would keep the columns waiting.
    let isWide = Columns.width > 16
    var pieces = start != nil && isWide ? Self.rows : 1
    var piece = (depth + pieces - 1) / pieces
    if start != nil && !isWide {
      for row in 0..<Self.rows { fetchTarget(row, width: Columns.width) }
    }
    for _ in 0..<taps {
      let a = SixRuns(runs, offset)
      var k = 0
      for row in 0..<pieces {
        if pieces > 1 { fetchTarget(row, width: Columns.width) }
        let end = min(depth, k + piece)
        // In a step of twelve multiply-adds the loop's own instructions count: four steps a round.
        while !isWide && k &+ 4 <= end {
          for _ in 0..<4 {
            sums.add(a, at: k, times: Columns(loading: b))
            b += Columns.width
            k &+= 1
          }
        }
        while k < end {
          sums.add(a, at: k, times: Columns(loading: b))
          b += Columns.width
          if isWide {
            for vector in 0..<Columns.width / 16 { prefetch_for_reading(b + 3 * Columns.width + 16 * vector) }
          }
          k &+= 1
        }
      }
      (pieces, piece) = (1, depth)
      runs += pitch
    }
    sums.store(to: targets, column)
  }

  @inline(__always)
  private func fetchTarget(_ row: Int, width: Int) {
    for value in stride(from: 0, to: width, by: 16) { prefetch_for_writing(targets[row] + column + value) }
  }
}

/// Where the values of six rows lie.
private struct SixRuns {
  let (r0, r1, r2): (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)
  let (r3, r4, r5): (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>)

  @inline(__always) init(_ runs: UnsafePointer<UnsafePointer<Float>>, _ offset: Int) {
    (r0, r1, r2) = (runs[0] + offset, runs[1] + offset, runs[2] + offset)
    (r3, r4, r5) = (runs[3] + offset, runs[4] + offset, runs[5] + offset)
  }
}

/// Six rows of accumulators.
private struct SixSums<Columns: ColumnBlock> {
  var (r0, r1, r2, r3, r4, r5): (Columns, Columns, Columns, Columns, Columns, Columns)

  /// The same values in every row.
  @inline(__always) init(_ start: UnsafePointer<Float>) {
    let line = Columns(loading: start)
    (r0, r1, r2, r3, r4, r5) = (line, line, line, line, line, line)
  }

  @inline(__always) init(loading lines: UnsafePointer<UnsafeMutablePointer<Float>>, _ column: Int) {
    r0 = Columns(loading: lines[0] + column)
    r1 = Columns(loading: lines[1] + column)
    r2 = Columns(loading: lines[2] + column)
    r3 = Columns(loading: lines[3] + column)
    r4 = Columns(loading: lines[4] + column)
    r5 = Columns(loading: lines[5] + column)
  }

  /// Adds the products of the rows' values at `k` with `columns`.
  @inline(__always) mutating func add(_ rows: SixRuns, at k: Int, times columns: Columns) {
    r0.add(rows.r0[k], times: columns)
    r1.add(rows.r1[k], times: columns)
    r2.add(rows.r2[k], times: columns)
    r3.add(rows.r3[k], times: columns)
    r4.add(rows.r4[k], times: columns)
    r5.add(rows.r5[k], times: columns)
  }

  @inline(__always) func store(to lines: UnsafePointer<UnsafeMutablePointer<Float>>, _ column: Int) {
    r0.store(to: lines[0] + column)
    r1.store(to: lines[1] + column)
    r2.store(to: lines[2] + column)
    r3.store(to: lines[3] + column)
    r4.store(to: lines[4] + column)
    r5.store(to: lines[5] + column)
  }
}
