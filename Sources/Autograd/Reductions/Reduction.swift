/// How two values become one in a reduction: an associative operation with an identity.
///
/// Implementations are marked `@inline(__always)`, so that their arithmetic lands inside the loop.
protocol Reducer: Sendable {
  /// The value that changes nothing.
  static var identity: Float { get }

  /// The combination of sixteen pairs.
  static func combine(_ a: Vector, _ b: Vector) -> Vector

  /// The combination of two totals.
  static func combine(_ a: Double, _ b: Double) -> Double
}

/// The loops behind every reduction, compiled once for each way to combine.
///
/// At most 32 values in a row are combined in `Float`, each lane on its own; everything above that is
/// combined in `Double`. The order depends on the sizes alone.
enum Reduction<Kind: Reducer> {
  /// The values of a row that one piece combines.
  private static var rowPiece: Int { 1 << 15 }
  /// The rows that one piece combines, when the columns are kept.
  private static var columnPiece: Int { 512 }
  /// The columns that are combined side by side, in four vectors.
  private static var columnGroup: Int { 64 }

  /// `x`, read as `[outer, count, inner]`, reduced to the shape `[outer, inner]`.
  static func reduce(_ x: Tensor, outer: Int, count: Int, inner: Int) -> Tensor {
    inner == 1 ? reduceRows(x, outer, count) : reduceColumns(x, outer, count, inner)
  }

  private static func reduceRows(_ x: Tensor, _ rows: Int, _ count: Int) -> Tensor {
    let pieces = max(1, (count + rowPiece - 1) / rowPiece)
    let (input, output) = (x.storage, Storage(count: rows))
    let partial = Storage(count: pieces == 1 ? 0 : 2 * rows * pieces)
    Parallel.forEachRange(rows * pieces, grain: max(1, rowPiece / max(count, 1))) { range in
      let totals = UnsafeMutableRawPointer(partial.base).assumingMemoryBound(to: Double.self)
      for index in range {
        let (row, piece) = index.quotientAndRemainder(dividingBy: pieces)
        let start = piece * rowPiece
        let total = total(UnsafePointer(input.base) + row * count + start, min(rowPiece, count - start))
        if pieces == 1 { output.base[row] = Float(total) } else { totals[index] = total }
      }
    }
    if pieces > 1 { combine(partial, into: output, outer: rows, pieces: pieces, inner: 1) }
    return Tensor(shape: [rows, 1], storage: output)
  }

  private static func total(_ x: UnsafePointer<Float>, _ count: Int) -> Double {
    var total = Double(Kind.identity)
    let identity = Vector(repeating: Kind.identity)
    var index = 0
    while index < count {
      var (a, b) = (identity, identity)
      for _ in 0..<min(32, (count - index) / 32) {
        a = Kind.combine(a, Vector(at: x + index))
        b = Kind.combine(b, Vector(at: x + index + 16))
        index += 32
      }
      if count - index < 32 {
        while index < count {
          a = Kind.combine(a, Vector(at: x + index, count: count - index, padding: Kind.identity))
          index += 16
        }
      }
      total = Kind.combine(total, Double(fold(Kind.combine(a, b))))
    }
    return total
  }

  @inline(never)
  private static func fold(_ lanes: Vector) -> Float {
    lanes.folded { Kind.combine($0, $1) }
  }

  private static func reduceColumns(_ x: Tensor, _ outer: Int, _ count: Int, _ inner: Int) -> Tensor {
    let pieces = max(1, (count + columnPiece - 1) / columnPiece)
    let groups = (inner + columnGroup - 1) / columnGroup
    let (input, output) = (x.storage, Storage(count: outer * inner))
    let partial = Storage(count: pieces == 1 ? 0 : 2 * outer * pieces * inner)
    let work = max(1, min(columnPiece, count) * min(inner, columnGroup))
    Parallel.forEachRange(outer * pieces * groups, grain: max(1, rowPiece / work)) { range in
      let totals = UnsafeMutableRawPointer(partial.base).assumingMemoryBound(to: Double.self)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: columnGroup) { scratch in
        guard let sums = scratch.baseAddress else { return }
        for index in range {
          let (block, group) = index.quotientAndRemainder(dividingBy: groups)
          let (row, piece) = block.quotientAndRemainder(dividingBy: pieces)
          let (start, column) = (piece * columnPiece, group * columnGroup)
          let width = min(columnGroup, inner - column)
          columnTotals(
            UnsafePointer(input.base) + (row * count + start) * inner + column, stride: inner,
            rows: min(columnPiece, count - start), width: width, sums)
          if pieces == 1 {
            for lane in 0..<width { output.base[row * inner + column + lane] = Float(sums[lane]) }
          } else {
            (totals + block * inner + column).update(from: sums, count: width)
          }
        }
      }
    }
    if pieces > 1 { combine(partial, into: output, outer: outer, pieces: pieces, inner: inner) }
    return Tensor(shape: [outer, inner], storage: output)
  }

  /// The totals of up to 64 neighbouring columns.
  @inline(__always)
  private static func columnTotals(
    _ x: UnsafePointer<Float>, stride: Int, rows: Int, width: Int, _ totals: UnsafeMutablePointer<Double>
  ) {
    let identity = Vector(repeating: Kind.identity)
    totals.update(repeating: Double(Kind.identity), count: columnGroup)
    var row = 0
    while row < rows {
      let end = min(rows, row + 32)
      if width > 32 {
        // Lanes beyond the last column see the next row, or padding; nobody reads their totals.
        var (a, b, c, d) = (identity, identity, identity, identity)
        let last = min(48, width - 1)
        for row in row..<end {
          let values = x + row * stride
          a = Kind.combine(a, Vector(at: values))
          b = Kind.combine(b, Vector(at: values + 16))
          c = Kind.combine(c, Vector(at: values + 32))
          d = Kind.combine(d, Vector(at: values + last))
        }
        add(a, to: totals)
        add(b, to: totals + 16)
        add(c, to: totals + 32)
        if width > 48 { add(d, to: totals + 48) }
      } else {
        var (a, b) = (identity, identity)
        let last = min(16, width - 1)
        for row in row..<end {
          a = Kind.combine(a, Vector(at: x + row * stride))
          b = Kind.combine(b, Vector(at: x + row * stride + last))
        }
        add(a, to: totals)
        if width > 16 { add(b, to: totals + 16) }
      }
      row = end
    }
  }

  @inline(__always)
  private static func add(_ values: Vector, to totals: UnsafeMutablePointer<Double>) {
    for lane in 0..<16 { totals[lane] = Kind.combine(totals[lane], Double(values[lane])) }
  }

  /// Combines the totals of the pieces, in order.
  private static func combine(
    _ partial: Storage, into output: Storage, outer: Int, pieces: Int, inner: Int
  ) {
    Parallel.forEachRange(outer * inner, grain: max(1, rowPiece / pieces)) { range in
      let totals = UnsafeMutableRawPointer(partial.base).assumingMemoryBound(to: Double.self)
      for index in range {
        let (row, column) = index.quotientAndRemainder(dividingBy: inner)
        var total = Double(Kind.identity)
        for piece in 0..<pieces {
          total = Kind.combine(total, totals[(row * pieces + piece) * inner + column])
        }
        output.base[index] = Float(total)
      }
    }
  }
}
