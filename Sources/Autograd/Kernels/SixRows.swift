import CProcessor

/// A product of up to six rows of a matrix with packed columns, made in a tile that stays in the cache.
///
/// The tile holds six whole rows whatever their number is: surplus rows repeat the last one.
struct SixRows {
  /// Row `r` of the left operand starts at `source + r * sourceStride`.
  let source: UnsafePointer<Float>
  let sourceStride: Int
  let count: Int

  /// Writes the products to `tile`, whose rows lie `pitch` values apart and have room for padded columns.
  ///
  /// - Precondition: `zeros` points to as many zeros as the widest column block has columns.
  @inline(__always)
  func multiply(
    _ columns: PackedColumns, into tile: UnsafeMutablePointer<Float>, pitch: Int, zeros: UnsafePointer<Float>
  ) {
    withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: RowKernel.rows) { sources in
      withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: RowKernel.rows) {
        targets in
        guard let sources = sources.baseAddress, let targets = targets.baseAddress else { return }
        for row in 0..<RowKernel.rows {
          sources[row] = source + min(row, count - 1) * sourceStride
          targets[row] = tile + row * pitch
        }
        for panel in columns.panels {
          RowKernel(
            table: sources, pitch: RowKernel.rows, taps: 1, offset: 0, depth: columns.depth,
            columns: columns.base(panel), targets: targets, column: panel.firstColumn, start: zeros
          ).run(vectors: panel.vectors)
        }
      }
    }
  }

  /// Asks memory for the rows, which will be read soon.
  @inline(__always)
  func fetch(_ values: Int) {
    for row in 0..<count {
      for value in stride(from: 0, to: values, by: 16) {
        prefetch_for_reading(source + row * sourceStride + value)
      }
    }
  }
}
