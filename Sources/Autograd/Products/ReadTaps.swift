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
