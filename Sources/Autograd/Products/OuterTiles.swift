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
