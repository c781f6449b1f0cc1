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
    let panelsAtOnce = (panels.count + groups - 1) / groups
    let parts = Self.parts(rows: rows, tasks: groups * pieces.count)
    let part = max(1, (rows + parts - 1) / parts)
    let partial = parts > 1 ? Storage(count: parts * lines * columns) : nil
    Parallel.forEach(parts * groups * pieces.count) { index in
      let (number, task) = index.quotientAndRemainder(dividingBy: groups * pieces.count)
      let firstPanel = task / pieces.count * panelsAtOnce
      let piece = pieces[task % pieces.count]
      OuterTask(
        product: self, rows: min(rows, number * part)..<min(rows, (number + 1) * part),
        panels: panels[firstPanel..<min(panels.count, firstPanel + panelsAtOnce)], taps: piece.taps,
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

extension OuterProduct {
  /// The number of parts of the rows: a power of two, for at least twelve tasks where there is work for them.
  ///
  /// An odd number of equal tasks would leave a core idle at the end of every weight's gradient.
  fileprivate static func parts(rows: Int, tasks: Int) -> Int {
    var parts = 1
    while parts * tasks < 12 && rows / (2 * parts) >= 256 { parts *= 2 }
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

/// A part of the pixels by some lines by a few panels.
private struct OuterTask {
  let product: OuterProduct
  let rows: Range<Int>
  let panels: ArraySlice<PackedColumns.Panel>
  let taps: Range<Int>
  let lines: Range<Int>
  let stride: Int
  let isAdding: Bool

  /// Where each tile of lines starts, relative to the first line, and how many it holds: twelve, or eight
  /// where four would be left over at the end.
  private var tiles: [(start: Int, rows: Int)] {
    var tiles: [(start: Int, rows: Int)] = []
    var start = 0
    while start < lines.count {
      let remaining = lines.count - start
      let rows = remaining <= 8 || remaining == 16 ? 8 : 12
      tiles.append((start, rows))
      start += rows
    }
    return tiles
  }

  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: UnsafeMutablePointer<Float>, block: Int
  ) {
    let columns = panels.reduce(0) { $0 + $1.width }
    let tiles = tiles
    let starts = tiles.map(\.start)
    // Whole vectors are copied, so each tile's last line reaches beyond its place.
    let tileStride = block * OuterKernel.tileWidth + 16
    withScratch(tiles.count * tileStride + block * columns + 12 * 32) { left in
      let packed = left + tiles.count * tileStride
      // Blocks of equal size: a short one at the end would load and store its sums for a few pixels.
      let blocks = max(1, (rows.count + block - 1) / block)
      let pixels = (rows.count + blocks - 1) / blocks
      let tile = packed + block * columns
      var first = rows.lowerBound
      repeat {
        let piece = first..<min(rows.upperBound, first + pixels)
        var panelBase = packed
        for panel in panels {
          panel.pack(MatrixView(right, stride: rightStride), lines: piece, into: panelBase)
          panelBase += block * panel.width
        }
        for tap in taps {
          product.lattice.copyTiles(
            piece, tap: tap, from: source + lines.lowerBound, tiles: starts, into: left,
            width: OuterKernel.tileWidth, stride: tileStride)
          var columns = UnsafePointer(packed)
          for panel in panels {
            add(
              left, tiles, stride: tileStride, pixels: piece.count, columns, panel, tile,
              into: target + tap * product.depth * stride + panel.firstColumn,
              isAccumulating: isAdding || first > rows.lowerBound)
            columns += block * panel.width
          }
        }
        first += pixels
      } while first < rows.upperBound
    }
  }

  private func add(
    _ left: UnsafePointer<Float>, _ tiles: [(start: Int, rows: Int)], stride tileStride: Int, pixels: Int,
    _ columns: UnsafePointer<Float>, _ panel: PackedColumns.Panel, _ scratch: UnsafeMutablePointer<Float>,
    into target: UnsafeMutablePointer<Float>, isAccumulating: Bool
  ) {
    for (index, tile) in tiles.enumerated() {
      let remaining = lines.count - tile.start
      let first = target + (lines.lowerBound + tile.start) * stride
      let isWhole = tile.rows <= remaining && panel.columns == panel.width
      OuterKernel(
        factors: left + index * tileStride, pixels: pixels, columns: columns,
        target: isWhole ? first : scratch, stride: isWhole ? stride : panel.width,
        isAccumulating: isWhole && isAccumulating
      ).run(rows: tile.rows, vectors: panel.vectors)
      guard !isWhole else { continue }
      for row in 0..<min(tile.rows, remaining) {
        let sum = first + row * stride
        let values = scratch + row * panel.width
        for column in 0..<panel.columns {
          sum[column] = isAccumulating ? sum[column] + values[column] : values[column]
        }
      }
    }
  }
}
