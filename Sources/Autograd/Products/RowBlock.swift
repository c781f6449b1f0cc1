/// A product of some rows of a matrix with packed columns, made in a block that stays in the cache.
///
/// A panel of columns meets all rows before the next one does, so it is read from the first-level cache. The
/// block holds whole tiles of rows whatever their number is: surplus rows repeat the last one.
struct RowBlock {
  /// Row `r` of the left operand starts at `source + r * sourceStride`.
  let source: UnsafePointer<Float>
  let sourceStride: Int
  let count: Int

  /// `count` rows with those that fill the last tile.
  static func wholeTiles(_ count: Int) -> Int {
    (count + RowKernel.rows - 1) / RowKernel.rows * RowKernel.rows
  }

  /// Writes the products to `block`, whose rows lie `pitch` values apart and have room for padded columns.
  ///
  /// - Precondition: `zeros` points to as many zeros as the widest column block has columns.
  func multiply(
    _ columns: PackedColumns, into block: UnsafeMutablePointer<Float>, pitch: Int, zeros: UnsafePointer<Float>
  ) {
    let rows = Self.wholeTiles(count)
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: rows) { sources in
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: rows) { targets in
        guard let sources = sources.baseAddress, let targets = targets.baseAddress else { return }
        for row in 0..<rows {
          sources[row] = source + min(row, count - 1) * sourceStride
          targets[row] = block + row * pitch
        }
        // A product without terms still runs once, to write zeros.
        for first in stride(from: 0, to: max(columns.depth, 1), by: RowProduct.chunk) {
          let depth = min(RowProduct.chunk, columns.depth - first)
          for panel in columns.panels {
            for row in stride(from: 0, to: rows, by: RowKernel.rows) {
              RowKernel(
                table: sources + row, pitch: rows, taps: 1, offset: first, depth: depth,
                columns: columns.base(panel, row: first), targets: targets + row, column: panel.firstColumn,
                start: first == 0 ? zeros : nil
              ).run(vectors: panel.vectors)
            }
          }
        }
      }
    }
  }
}
