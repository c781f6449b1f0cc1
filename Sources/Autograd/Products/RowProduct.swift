/// `rows of a grid × packed columns`, split over the cores: products, convolutions and data gradients.
///
/// A task is a block of rows by a few panels or, when all panels fit into the second-level cache together, by
/// all of them. Within it a chunk of the depth whose columns stay in a cache meets all rows of the block
/// before the next chunk does. Every value is summed in the order of the depth, whatever the
/// blocks are.
struct RowProduct: Sendable {
  let grid: TapGrid
  /// The length of each run that a row reads.
  let depth: Int
  let columns: PackedColumns
  /// One value per column that is added to every row.
  var bias: Tensor?
  /// Changes the products while they are in the cache.
  var finish: ProductFinish?

  /// The most tiles of a task, whose rows are fetched into the second-level cache once for every group of
  /// panels.
  private static var blockTiles: Int { Registers.holdVectors ? 32 : 8 }
  private static let cachedBytes = 512 << 10
  /// The depth whose columns of a block stay in the second-level cache, or the first-level one where they are
  /// few.
  static var chunk: Int { Registers.holdVectors ? 768 : 384 }
  /// Panels of a task that does not take all: so many that its rows are worth fetching into a cache for them.
  fileprivate static let panelsAtOnce = 24

  /// Writes the product of the rows found from `source` on to the grid's targets from `target` on.
  func run(_ source: UnsafePointer<Float>, into target: SharedPointer<Float>) {
    let rows = grid.rows
    guard rows > 0, columns.columns > 0 else { return }
    let source = SharedPointer(UnsafeMutablePointer(mutating: source))
    let panels = columns.panels
    let sharesPanels = columns.depth * columns.columns * 4 <= Self.cachedBytes
    let groups = sharesPanels ? 1 : (panels.count + Self.panelsAtOnce - 1) / Self.panelsAtOnce
    let tiles = (rows + RowKernel.rows - 1) / RowKernel.rows
    let blocks = Self.blocks(tiles: tiles, groups: groups)
    let start = startLine()
    Parallel.forEach(blocks * groups) { index in
      let (block, group) = index.quotientAndRemainder(dividingBy: groups)
      let first = tiles * block / blocks * RowKernel.rows
      let last = min(rows, tiles * (block + 1) / blocks * RowKernel.rows)
      let task = RowTask(product: self, rows: first..<last, start: start)
      let chosen = panels.count * group / groups..<panels.count * (group + 1) / groups
      task.run(UnsafePointer(source.pointer), target.pointer, panels: panels[chosen])
    }
  }

  /// The blocks that `tiles` of rows are split in: at least sixteen tasks where there is work for them, and
  /// blocks in fours, so that two cores or four have as many each.
  private static func blocks(tiles: Int, groups: Int) -> Int {
    let least = (tiles + blockTiles - 1) / blockTiles
    let wanted = max(least, min((16 + groups - 1) / groups, tiles / 4))
    return wanted > 2 ? min(tiles, (wanted + 3) / 4 * 4) : max(1, wanted)
  }

  /// The bias, or zeros, padded to whole vectors.
  private func startLine() -> Storage {
    let count = (columns.columns + 15) / 16 * 16
    let line = Storage(count: count)
    line.base.update(repeating: 0, count: count)
    bias?.withPointer { line.base.update(from: $0, count: columns.columns) }
    return line
  }
}

/// A block of rows of a product and the tables that describe them.
private struct RowTask {
  let product: RowProduct
  let rows: Range<Int>
  let start: Storage

  private var tiles: Int { (rows.count + RowKernel.rows - 1) / RowKernel.rows }
  /// The rows with those that fill the last tile.
  private var pitch: Int { tiles * RowKernel.rows }

  func run(
    _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>,
    panels: ArraySlice<PackedColumns.Panel>
  ) {
    let grid = product.grid
    let (taps, depth) = (grid.taps.count, product.depth)
    // Zeros for pixels outside the map, a place for rows beyond the last, and one for padded columns.
    withScratch(depth + product.columns.columns + 64 + pitch * 64) { scratch in
      scratch.update(repeating: 0, count: depth)
      let dump = scratch + depth
      let padded = dump + product.columns.columns + 64
      withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: taps * pitch) { sources in
        withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: 2 * pitch) { targets in
          guard let table = sources.baseAddress, let lines = targets.baseAddress else { return }
          grid.fillSources(
            rows, from: source, zeros: scratch, table: table, pitch: pitch)
          grid.fillTargets(rows, from: target, table: lines)
          for row in rows.count..<pitch {
            for tap in 0..<taps { table[tap * pitch + row] = UnsafePointer(scratch) }
            lines[row] = dump
          }
          for row in 0..<pitch { lines[pitch + row] = padded + row * 64 }
          let reads = ReadTaps(table, pitch: pitch, taps: taps, tiles: tiles, zeros: scratch)
          for first in stride(from: panels.startIndex, to: panels.endIndex, by: RowProduct.panelsAtOnce) {
            let group = panels[first..<min(panels.endIndex, first + RowProduct.panelsAtOnce)]
            for panel in group {
              let isPadded = panel.columns < panel.width
              multiply(
                panel, table, reads: reads, into: isPadded ? lines + pitch : lines,
                column: isPadded ? 0 : panel.firstColumn)
              if isPadded { copy(panel, from: lines + pitch, to: lines) }
            }
            finish(group, lines, target)
          }
        }
      }
    }
  }

  /// Copies a padded column block to where it belongs.
  private func copy(
    _ panel: PackedColumns.Panel, from padded: UnsafePointer<UnsafeMutablePointer<Float>>,
    to lines: UnsafePointer<UnsafeMutablePointer<Float>>
  ) {
    for row in 0..<rows.count {
      (lines[row] + panel.firstColumn).update(from: padded[row], count: panel.columns)
    }
  }

  private func finish(
    _ panels: ArraySlice<PackedColumns.Panel>, _ lines: UnsafePointer<UnsafeMutablePointer<Float>>,
    _ target: UnsafeMutablePointer<Float>
  ) {
    guard let finish = product.finish, let first = panels.first?.firstColumn else { return }
    let columns = first..<first + panels.reduce(0) { $0 + $1.columns }
    finish(ProductBlock(lines: lines, rows: rows.count, columns: columns, base: target))
  }

  private func multiply(
    _ panel: PackedColumns.Panel, _ table: UnsafePointer<UnsafePointer<Float>>, reads: ReadTaps,
    into lines: UnsafePointer<UnsafeMutablePointer<Float>>, column: Int
  ) {
    let (taps, depth, chunk) = (product.grid.taps.count, product.depth, RowProduct.chunk)
    let tapsAtOnce = max(1, chunk / max(depth, 1))
    let pieces = max(1, (depth + chunk - 1) / chunk)
    let piece = (depth + pieces - 1) / pieces
    // A product without terms still runs once, to write what it starts from.
    for tap in stride(from: 0, to: max(taps, 1), by: tapsAtOnce) {
      for offset in stride(from: 0, to: max(depth, 1), by: max(piece, 1)) {
        let chosen = tap..<min(taps, tap + tapsAtOnce)
        for tile in 0..<tiles {
          let row = tile * RowKernel.rows
          var start = tap == 0 && offset == 0 ? UnsafePointer(self.start.base) + panel.firstColumn : nil
          func run(_ taps: Range<Int>) {
            RowKernel(
              table: table + taps.lowerBound * pitch + row, pitch: pitch, taps: taps.count, offset: offset,
              depth: min(piece, depth - offset),
              columns: product.columns.base(panel, row: taps.lowerBound * depth + offset),
              targets: lines + row, column: column, start: start
            ).run(vectors: panel.vectors)
            start = nil
          }
          reads.forEachRange(of: chosen, tile: tile, run)
          if start != nil { run(tap..<tap) }
        }
      }
    }
  }
}

/// The taps at which the tiles of a block of rows read pixels, and not only the padding around a map.
///
/// Widely dilated windows, and all windows on small maps, lie outside for a good part of their positions.
struct ReadTaps {
  private let tiles: Int
  /// One for each tap and tile.
  private let isRead: [Bool]

  /// Looks through a table of runs, where those at `zeros` are padding; row `r`'s for tap `t` is number
  /// `t · pitch + r`.
  init(
    _ table: UnsafePointer<UnsafePointer<Float>>, pitch: Int, taps: Int, tiles: Int,
    zeros: UnsafePointer<Float>
  ) {
    self.tiles = tiles
    isRead = (0..<taps * tiles).map { index in
      let (tap, tile) = index.quotientAndRemainder(dividingBy: tiles)
      let first = table + tap * pitch + tile * RowKernel.rows
      return (0..<RowKernel.rows).contains { first[$0] != zeros }
    }
  }

  /// Calls `body` with each unbroken range of the taps at which `tile` reads pixels.
  @inline(__always)
  func forEachRange(of taps: Range<Int>, tile: Int, _ body: (Range<Int>) -> Void) {
    var tap = taps.lowerBound
    while tap < taps.upperBound {
      let first = tap
      while tap < taps.upperBound, isRead[tap * tiles + tile] { tap += 1 }
      if tap > first { body(first..<tap) }
      tap += 1
    }
  }
}
