import CPrefetch

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
  /// Receives the sum of each line's factors over all rows, the gradient of a bias; for one tap only.
  var lineSums: SharedPointer<Float>?

  private static let block = 128
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
    let sums = lineSums.map { _ in Storage(count: parts * lines) }
    Parallel.forEach(parts * groups * pieces.count) { index in
      let (number, task) = index.quotientAndRemainder(dividingBy: groups * pieces.count)
      let firstPanel = task / pieces.count * panelsAtOnce
      let piece = pieces[task % pieces.count]
      OuterTask(
        product: self, rows: min(rows, number * part)..<min(rows, (number + 1) * part),
        panels: panels[firstPanel..<min(panels.count, firstPanel + panelsAtOnce)], taps: piece.taps,
        lines: piece.lines,
        stride: partial == nil ? stride : columns, isAdding: isAdding && partial == nil,
        lineSums: firstPanel == 0 ? sums.map { $0.base + number * lines + piece.lines.lowerBound } : nil
      ).run(
        UnsafePointer(source.pointer), UnsafePointer(right.pointer), rightStride: rightStride,
        into: partial.map { $0.base + number * lines * columns } ?? target.pointer, block: Self.block)
    }
    if let sums, let lineSums { add(sums, parts: parts, into: lineSums.pointer) }
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
  /// Where the sums of the lines' factors go, if this task makes them.
  let lineSums: UnsafeMutablePointer<Float>?

  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: UnsafeMutablePointer<Float>, block: Int
  ) {
    let tiles = OuterTiles.tiles(lines: lines.count)
    let starts = tiles.map(\.start)
    // Whole vectors are copied, so each tile's last line reaches beyond its place.
    let tileStride = block * OuterKernel.mostRows + 16
    // One line more between panels: at a whole number of pages they would crowd the same sets of the cache.
    let panelStride = (block * OuterKernel.vectors + 1) * 16
    let count = tiles.count * tileStride + panels.count * panelStride
    withScratch(count + OuterTiles.scratchCount) { left in
      let packed = left + tiles.count * tileStride
      // Blocks of equal size: a short one at the end would load and store its sums for a few pixels.
      let blocks = max(1, (rows.count + block - 1) / block)
      let pixels = (rows.count + blocks - 1) / blocks
      var first = rows.lowerBound
      repeat {
        let piece = first..<min(rows.upperBound, first + pixels)
        pack(right, rightStride, piece, into: packed, panelStride: panelStride)
        for tap in taps {
          product.lattice.copyTiles(
            piece, tap: tap, from: source + lines.lowerBound, tiles: starts, into: left,
            width: OuterKernel.mostRows, stride: tileStride)
          if let lineSums {
            for (index, tile) in tiles.enumerated() {
              addLines(
                left + index * tileStride, piece.count, into: lineSums + tile.start,
                count: min(tile.rows, lines.count - tile.start), isFirst: first == rows.lowerBound)
            }
          }
          var columns = UnsafePointer(packed)
          for panel in panels {
            OuterTiles(
              tiles: tiles, lines: lines.count, panel: panel, factors: left, tileStride: tileStride,
              lineStride: 0, pitch: OuterKernel.mostRows, pixels: piece.count, columns: columns,
              scratch: left + count
            ).run(
              into: target + (tap * product.depth + lines.lowerBound) * stride + panel.firstColumn,
              stride: stride, isAccumulating: isAdding || first > rows.lowerBound)
            columns += panelStride
          }
        }
        first += pixels
      } while first < rows.upperBound
    }
  }

  /// Packs the right operand's lines for all panels, each line as a whole: it comes from memory in one run.
  private func pack(
    _ right: UnsafePointer<Float>, _ stride: Int, _ piece: Range<Int>,
    into packed: UnsafeMutablePointer<Float>, panelStride: Int
  ) {
    panels.withUnsafeBufferPointer { panels in
      for row in piece {
        let line = right + row &* stride
        for (number, panel) in panels.enumerated() {
          let target = packed + number &* panelStride + (row &- piece.lowerBound) &* panel.width
          panel.pack(line, ahead: 4 &* stride, into: target)
        }
      }
    }
  }

  /// Adds the factors of a tile over some pixels to the sums of its lines.
  private func addLines(
    _ factors: UnsafePointer<Float>, _ pixels: Int, into sums: UnsafeMutablePointer<Float>, count: Int,
    isFirst: Bool
  ) {
    var (even, odd) = (Vector.zero, Vector.zero)
    var pixel = 0
    while pixel &+ 1 < pixels {
      even += Vector(at: factors + pixel &* OuterKernel.mostRows)
      odd += Vector(at: factors + (pixel &+ 1) &* OuterKernel.mostRows)
      pixel &+= 2
    }
    if pixel < pixels { even += Vector(at: factors + pixel &* OuterKernel.mostRows) }
    let sum = even + odd
    for line in 0..<count { sums[line] = isFirst ? sum[line] : sums[line] + sum[line] }
  }
}
