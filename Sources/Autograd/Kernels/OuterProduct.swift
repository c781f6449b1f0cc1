/// `rows of a latticeᵀ × another matrix`, split over the cores: weight gradients.
///
/// The result has one line per value of each tap's run. A task owns a panel of columns, as many lines as stay
/// in the second-level cache together with what they read, and one part of the pixels; it packs a block of
/// the right operand that fits into the first-level cache and meets it with all its lines. Parts are added in
/// order at the end, and how many there are follows from the sizes alone.
struct OuterProduct: Sendable {
  let lattice: Lattice
  /// The length of each run, which is the number of lines per tap.
  let depth: Int
  let columns: Int
  /// Whether the result is added to what the target holds.
  var isAdding = false

  private static let block = 96
  private static let panelsAtOnce = 8
  private static let lines = 256

  /// Writes the result to `target`, whose lines lie `stride` apart.
  ///
  /// The right operand has one line of `columns` values per row of the lattice, `rightStride` apart.
  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: SharedPointer<Float>, stride: Int
  ) {
    let (rows, lines) = (lattice.rows, lattice.taps.count * depth)
    guard lines > 0, columns > 0 else { return }
    let source = SharedPointer(UnsafeMutablePointer(mutating: source))
    let right = SharedPointer(UnsafeMutablePointer(mutating: right))
    let panels = PackedColumns.panels(columns: columns, vectors: OuterKernel.vectors)
    let pieces = OuterPieces(taps: lattice.taps.count, depth: depth, lines: Self.lines)
    let groups = (panels.count + Self.panelsAtOnce - 1) / Self.panelsAtOnce
    let parts = max(1, min(rows / 512, (8 + groups * pieces.count - 1) / (groups * pieces.count)))
    let part = max(1, (rows + parts - 1) / parts)
    let partial = parts > 1 ? Storage(count: parts * lines * columns) : nil
    Parallel.forEach(parts * groups * pieces.count) { index in
      let (number, task) = index.quotientAndRemainder(dividingBy: groups * pieces.count)
      let firstPanel = task / pieces.count * Self.panelsAtOnce
      let piece = pieces[task % pieces.count]
      OuterTask(
        product: self, rows: min(rows, number * part)..<min(rows, (number + 1) * part),
        panels: panels[firstPanel..<min(panels.count, firstPanel + Self.panelsAtOnce)], taps: piece.taps,
        lines: piece.lines,
        stride: partial == nil ? stride : columns, isAdding: isAdding && partial == nil
      ).run(
        UnsafePointer(source.pointer), UnsafePointer(right.pointer), rightStride: rightStride,
        into: partial.map { $0.base + number * lines * columns } ?? target.pointer, block: Self.block)
    }
    guard let partial else { return }
    Parallel.forEachRange(lines, grain: max(1, (1 << 14) / columns)) { range in
      for line in range {
        let sum = target.pointer + line * stride
        if !isAdding { sum.update(from: partial.base + line * columns, count: columns) }
        for number in (isAdding ? 0 : 1)..<parts {
          let values = partial.base + (number * lines + line) * columns
          for column in 0..<columns { sum[column] += values[column] }
        }
      }
    }
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

/// A part of the pixels by some lines by a few panels.
private struct OuterTask {
  let product: OuterProduct
  let rows: Range<Int>
  let panels: ArraySlice<PackedColumns.Panel>
  let taps: Range<Int>
  let lines: Range<Int>
  let stride: Int
  let isAdding: Bool

  /// The values between pixels of the packed left operand: no power of two, which would crowd a few sets of
  /// the cache, and room for the rows that a last tile has too many.
  private var pitch: Int { (lines.count + 15) / 16 * 16 + 16 }

  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: UnsafeMutablePointer<Float>, block: Int
  ) {
    let columns = panels.reduce(0) { $0 + $1.width }
    withScratch(block * pitch + block * columns + 12 * 32) { left in
      // What the last tile reads beyond the lines that are copied.
      for row in 0..<block { (left + (row + 1) * pitch - 16).update(repeating: 0, count: 16) }
      let packed = left + block * pitch
      let tile = packed + block * columns
      var first = rows.lowerBound
      repeat {
        let piece = first..<min(rows.upperBound, first + block)
        var panelBase = packed
        for panel in panels {
          panel.pack(MatrixView(right, stride: rightStride), lines: piece, into: panelBase)
          panelBase += block * panel.width
        }
        for tap in taps {
          product.lattice.copyRuns(piece, tap: tap, from: source, part: lines, into: left, pitch: pitch)
          var columns = UnsafePointer(packed)
          for panel in panels {
            add(
              left, pixels: piece.count, columns, panel, tile,
              into: target + tap * product.depth * stride + panel.firstColumn,
              isAccumulating: isAdding || first > rows.lowerBound)
            columns += block * panel.width
          }
        }
        first += block
      } while first < rows.upperBound
    }
  }

  private func add(
    _ left: UnsafePointer<Float>, pixels: Int, _ columns: UnsafePointer<Float>,
    _ panel: PackedColumns.Panel, _ tile: UnsafeMutablePointer<Float>,
    into target: UnsafeMutablePointer<Float>, isAccumulating: Bool
  ) {
    var line = lines.lowerBound
    while line < lines.upperBound {
      let left = left + line - lines.lowerBound
      let remaining = lines.upperBound - line
      // Four lines that would be left over at the end are shared by two tiles of eight.
      let rows = remaining <= 8 || remaining == 16 ? 8 : 12
      let isWhole = rows <= remaining && panel.columns == panel.width
      OuterKernel(
        factors: left, pitch: pitch, pixels: pixels, columns: columns,
        target: isWhole ? target + line * stride : tile, stride: isWhole ? stride : panel.width,
        isAccumulating: isWhole && isAccumulating
      ).run(rows: rows, vectors: panel.vectors)
      if !isWhole {
        for row in 0..<min(rows, remaining) {
          let sum = target + (line + row) * stride
          let values = tile + row * panel.width
          for column in 0..<panel.columns {
            sum[column] = isAccumulating ? sum[column] + values[column] : values[column]
          }
        }
      }
      line += rows
    }
  }
}
