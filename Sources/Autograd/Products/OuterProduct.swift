/// `(rows of a grid)ᵀ × another matrix`, split over the cores: weight gradients.
///
/// The result has one line per value of each tap's run. A task owns a panel of columns, as many lines as stay
/// in the second-level cache together with what they read, and one part of the pixels; it packs a block of
/// the right operand that fits into the first-level cache and meets it with all its lines. Parts are added in
/// order at the end, and how many there are follows from the sizes alone.
struct OuterProduct: Sendable {
  let grid: TapGrid
  /// The length of each run, which is the number of lines per tap.
  let depth: Int
  let columns: Int
  /// Whether the result is added to what the target holds.
  var isAdding = false
  /// Receives the sum of each line's factors over all rows, the gradient of a bias; for one tap only.
  var lineSums: SharedPointer<Float>?

  private static let panelsAtOnce = 12
  private static let lines = 256
  /// The least rows of a part: each part's result is written and read once more.
  private static let leastRows = 512

  /// Writes the result to `target`, whose lines lie `stride` apart.
  ///
  /// The right operand has one line of `columns` values per row of the grid, `rightStride` apart.
  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: SharedPointer<Float>, stride: Int
  ) {
    let (rows, lines) = (grid.rows, grid.taps.count * depth)
    guard lines > 0, columns > 0 else { return }
    let source = SharedPointer(UnsafeMutablePointer(mutating: source))
    let right = SharedPointer(UnsafeMutablePointer(mutating: right))
    let panels = PackedColumns.panels(columns: columns, vectors: OuterKernel.vectors)
    let pieces = OuterPieces(taps: grid.taps.count, depth: depth, lines: Self.lines)
    let groups = (panels.count + Self.panelsAtOnce - 1) / Self.panelsAtOnce
    let panelsAtOnce = (panels.count + groups - 1) / groups
    let parts = Self.parts(rows: rows, tasks: groups * pieces.count)
    let part = max(1, (rows + parts - 1) / parts)
    // The first part is made where the result goes, the others beside it.
    let partial = Storage(count: (parts - 1) * lines * columns)
    let sums = lineSums.map { _ in Storage(count: parts * lines) }
    Parallel.forEach(parts * groups * pieces.count) { index in
      let (number, task) = index.quotientAndRemainder(dividingBy: groups * pieces.count)
      let firstPanel = task / pieces.count * panelsAtOnce
      let piece = pieces[task % pieces.count]
      OuterTask(
        grid: grid, depth: depth, rows: min(rows, number * part)..<min(rows, (number + 1) * part),
        panels: panels[firstPanel..<min(panels.count, firstPanel + panelsAtOnce)], taps: piece.taps,
        lines: piece.lines, stride: number == 0 ? stride : columns, isAdding: isAdding && number == 0,
        lineSums: firstPanel == 0 ? sums.map { $0.base + number * lines + piece.lines.lowerBound } : nil
      ).run(
        UnsafePointer(source.pointer), UnsafePointer(right.pointer), rightStride: rightStride,
        into: number == 0 ? target.pointer : partial.base + (number - 1) * lines * columns)
    }
    if let sums, let lineSums { add(sums, parts: parts, into: lineSums.pointer) }
    add(partial, parts: parts - 1, lines: lines, into: target, stride: stride)
  }
}

extension OuterProduct {
  /// Adds the further parts of the result in order.
  private func add(
    _ partial: Storage, parts: Int, lines: Int, into target: SharedPointer<Float>, stride: Int
  ) {
    guard parts > 0 else { return }
    Parallel.forEachRange(lines, grain: max(1, (1 << 14) / columns)) { range in
      for line in range {
        let sum = target.pointer + line * stride
        for number in 0..<parts {
          let values = partial.base + (number * lines + line) * columns
          for column in 0..<columns { sum[column] += values[column] }
        }
      }
    }
  }

  /// Adds the parts of the sums of the lines' factors in order.
  private func add(_ sums: Storage, parts: Int, into target: UnsafeMutablePointer<Float>) {
    target.update(from: sums.base, count: depth)
    for part in 1..<max(1, parts) {
      for line in 0..<depth { target[line] += sums.base[part * depth + line] }
    }
  }

  /// The number of parts of the rows: a power of two, for at least twelve tasks where there is work for them.
  ///
  /// An odd number of equal tasks would leave a core idle at the end of every weight's gradient.
  fileprivate static func parts(rows: Int, tasks: Int) -> Int {
    var parts = 1
    while parts * tasks < 12 && rows / (2 * parts) >= leastRows { parts *= 2 }
    return parts
  }
}

/// The lines of the result in pieces of a bounded number: some taps as a whole, or a part of one.
private struct OuterPieces: Sendable {
  let taps: Int
  let depth: Int
  let tapsAtOnce: Int
  let linesAtOnce: Int
  private let piecesPerTap: Int

  init(taps: Int, depth: Int, lines: Int) {
    self.taps = taps
    self.depth = depth
    let groups = (taps + max(1, lines / depth) - 1) / max(1, lines / depth)
    tapsAtOnce = (taps + groups - 1) / groups
    let pieces = (depth + lines - 1) / lines
    let even = (depth + pieces - 1) / pieces
    linesAtOnce = (even + 11) / 12 * 12
    piecesPerTap = (depth + linesAtOnce - 1) / linesAtOnce
  }

  var count: Int { (taps + tapsAtOnce - 1) / tapsAtOnce * piecesPerTap }

  subscript(index: Int) -> (taps: Range<Int>, lines: Range<Int>) {
    let tap = index / piecesPerTap * tapsAtOnce
    let line = index % piecesPerTap * linesAtOnce
    return (tap..<min(taps, tap + tapsAtOnce), line..<min(depth, line + linesAtOnce))
  }
}
