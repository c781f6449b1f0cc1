/// A part of the pixels by some lines by a few panels of an outer product.
///
/// It goes through its pixels in blocks: packs the panels of the right operand's lines, and for each tap the
/// tiles of the left operand's runs, and adds their products to the target.
struct OuterTask {
  let grid: TapGrid
  /// The length of a run.
  let depth: Int
  let rows: Range<Int>
  let panels: ArraySlice<PackedColumns.Panel>
  let taps: Range<Int>
  /// The part of each run that is multiplied.
  let lines: Range<Int>
  /// The distance between lines of the target.
  let stride: Int
  let isAdding: Bool
  /// Where the sums of the lines' factors go, if this task makes them.
  let lineSums: UnsafeMutablePointer<Float>?

  /// The most pixels at once; their columns of a panel fit into the first-level cache.
  private static let block = 128
  /// Whole vectors are copied, so each tile's last line reaches beyond its place.
  private static let tileStride = block * OuterKernel.mostRows + 16
  /// One line more between panels: at a whole number of pages they would crowd the same sets of the cache.
  private static let panelStride = (block * OuterKernel.vectors + 1) * 16

  func run(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, rightStride: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    let tiles = OuterTiles.tiles(lines: lines.count)
    let starts = tiles.map(\.start)
    let count = tiles.count * Self.tileStride + panels.count * Self.panelStride
    withScratch(count + OuterTiles.scratchCount) { left in
      let packed = left + tiles.count * Self.tileStride
      // Blocks of equal size: a short one at the end would load and store its sums for a few pixels.
      let blocks = max(1, (rows.count + Self.block - 1) / Self.block)
      let pixels = (rows.count + blocks - 1) / blocks
      for number in 0..<blocks {
        let first = min(rows.upperBound, rows.lowerBound + number * pixels)
        let piece = first..<min(rows.upperBound, first + pixels)
        let fetch = fetch(source, right, rightStride, after: piece)
        pack(right, rightStride, piece, into: packed)
        for tap in taps {
          // What lies outside the map adds nothing.
          let inner = grid.reading(piece, tap: tap)
          let isAccumulating = isAdding || number > 0
          if inner.isEmpty && isAccumulating { continue }
          grid.copyTiles(
            inner, tap: tap, from: source + lines.lowerBound, tiles: starts, into: left,
            width: OuterKernel.mostRows, stride: Self.tileStride)
          if let lineSums { sum(left, tiles, inner.count, into: lineSums, isFirst: number == 0) }
          multiply(
            left, tiles, inner.count, packed, from: inner.lowerBound - first, scratch: left + count,
            fetch: fetch, into: target + (tap * depth + lines.lowerBound) * stride,
            isAccumulating: isAccumulating)
        }
      }
    }
  }

  /// What the block of pixels after `piece` will read, where the left operand's lines follow each other.
  private func fetch(
    _ source: UnsafePointer<Float>, _ right: UnsafePointer<Float>, _ rightStride: Int,
    after piece: Range<Int>
  ) -> OuterFetch? {
    guard let first = panels.first, grid.readsEveryPixelOnce, piece.upperBound < rows.upperBound else {
      return nil
    }
    let leftStride = grid.source.pixelStride
    let bytes = 4 * max(lines.count, panels.count * first.width)
    return OuterFetch(
      left: source + piece.upperBound * leftStride + lines.lowerBound,
      right: right + piece.upperBound * rightStride + first.firstColumn, strides: (leftStride, rightStride),
      count: min(piece.count, rows.upperBound - piece.upperBound),
      step: (bytes + piece.count - 1) / piece.count)
  }

  /// Packs the right operand's lines for all panels, each line as a whole: it comes from memory in one run.
  private func pack(
    _ right: UnsafePointer<Float>, _ stride: Int, _ piece: Range<Int>,
    into packed: UnsafeMutablePointer<Float>
  ) {
    panels.withUnsafeBufferPointer { panels in
      for row in piece {
        let line = right + row &* stride
        for (number, panel) in panels.enumerated() {
          let target = packed + number &* Self.panelStride + (row &- piece.lowerBound) &* panel.width
          panel.pack(line, ahead: 4 &* stride, into: target)
        }
      }
    }
  }

  /// Meets the packed panels, from pixel `first` on, with all tiles.
  private func multiply(
    _ left: UnsafePointer<Float>, _ tiles: [OuterTiles.Tile], _ pixels: Int, _ packed: UnsafePointer<Float>,
    from first: Int, scratch: UnsafeMutablePointer<Float>, fetch: OuterFetch?,
    into target: UnsafeMutablePointer<Float>, isAccumulating: Bool
  ) {
    for (number, panel) in panels.enumerated() {
      OuterTiles(
        tiles: tiles, lines: lines.count, panel: panel, factors: left, tileStride: Self.tileStride,
        lineStride: 0, pitch: OuterKernel.mostRows, pixels: pixels,
        columns: packed + number * Self.panelStride + first * panel.width,
        scratch: scratch, fetch: fetch, firstRun: number * tiles.count
      ).run(into: target + panel.firstColumn, stride: stride, isAccumulating: isAccumulating)
    }
  }

  /// Adds the factors of all tiles to the sums of their lines.
  private func sum(
    _ left: UnsafePointer<Float>, _ tiles: [OuterTiles.Tile], _ pixels: Int,
    into sums: UnsafeMutablePointer<Float>, isFirst: Bool
  ) {
    for (number, tile) in tiles.enumerated() {
      let factors = left + number * Self.tileStride
      var (even, odd) = (Vector.zero, Vector.zero)
      var pixel = 0
      while pixel &+ 1 < pixels {
        even += Vector(at: factors + pixel &* OuterKernel.mostRows)
        odd += Vector(at: factors + (pixel &+ 1) &* OuterKernel.mostRows)
        pixel &+= 2
      }
      if pixel < pixels { even += Vector(at: factors + pixel &* OuterKernel.mostRows) }
      let sum = even + odd
      let target = sums + tile.start
      for line in 0..<min(tile.rows, lines.count - tile.start) {
        target[line] = isFirst ? sum[line] : target[line] + sum[line]
      }
    }
  }
}

/// The lines of a sum of outer products by one column block, tile by tile.
///
/// Tiles that reach beyond the last line or column are made in a scratch tile and copied from there.
struct OuterTiles {
  /// Where a tile of lines starts, and how many it holds.
  struct Tile {
    let start: Int
    let rows: Int
  }

  let tiles: [Tile]
  let lines: Int
  let panel: PackedColumns.Panel
  /// The factors of tile `i` start at `factors + i · tileStride + start · lineStride`, those of the next
  /// pixel lie `pitch` further.
  let factors: UnsafePointer<Float>
  let tileStride: Int
  let lineStride: Int
  let pitch: Int
  let pixels: Int
  /// The packed column block of all pixels.
  let columns: UnsafePointer<Float>
  /// Room for a tile.
  let scratch: UnsafeMutablePointer<Float>
  /// What the runs of the kernel fetch, if anything, and the number of the first run.
  var fetch: OuterFetch?
  var firstRun = 0

  /// The values that the scratch tile needs.
  static let scratchCount = OuterKernel.mostRows * OuterKernel.vectors * 16

  /// Tiles for a number of lines: of twelve, or eight where four would be left over at the end.
  static func tiles(lines: Int) -> [Tile] {
    var tiles: [Tile] = []
    var start = 0
    while start < lines {
      let remaining = lines - start
      let rows = remaining <= 8 || remaining == 16 ? 8 : OuterKernel.mostRows
      tiles.append(Tile(start: start, rows: rows))
      start += rows
    }
    return tiles
  }

  /// Writes the sums to `target`, or adds them to what it holds.
  func run(into target: UnsafeMutablePointer<Float>, stride: Int, isAccumulating: Bool) {
    for (index, tile) in tiles.enumerated() {
      let remaining = lines - tile.start
      let first = target + tile.start * stride
      let isWhole = tile.rows <= remaining && panel.columns == panel.width
      OuterKernel(
        factors: factors + index * tileStride + tile.start * lineStride, pitch: pitch, pixels: pixels,
        columns: columns, target: isWhole ? first : scratch, stride: isWhole ? stride : panel.width,
        isAccumulating: isWhole && isAccumulating,
        fetch: fetch?.line(firstRun + index) ?? OuterFetch.Line(none: columns)
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
