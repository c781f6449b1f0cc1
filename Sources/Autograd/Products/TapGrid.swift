import CProcessor

/// Which runs of a source each row of a product reads, and where in a target it goes.
///
/// A row stands for a point of a grid on each image. The point `(y, x)` reads, for tap `(ty, tx)`, the source
/// pixel `(y·step + ty, x·step + tx)`, a line of zeros if that lies outside, and writes the target pixel
/// `(y·targetStep + targetY, x·targetStep + targetX)`. A plain matrix is one image of one line.
struct TapGrid: Sendable {
  struct Map: Sendable {
    let height: Int
    let width: Int
    /// The distance between neighbouring pixels, and between lines and images, in values.
    let pixelStride: Int
    let lineStride: Int
    let imageStride: Int

    init(height: Int, width: Int, pixelStride: Int) {
      self.height = height
      self.width = width
      self.pixelStride = pixelStride
      lineStride = width * pixelStride
      imageStride = height * width * pixelStride
    }
  }

  struct Tap: Sendable {
    let y: Int
    let x: Int
  }

  let images: Int
  let gridHeight: Int
  let gridWidth: Int
  let source: Map
  let step: Int
  let taps: [Tap]
  let target: Map
  var targetStep = 1
  var targetY = 0
  var targetX = 0

  /// The number of rows of the product.
  var rows: Int { images * gridHeight * gridWidth }

  /// Whether row `r` reads source pixel `r` and nothing else.
  var readsEveryPixelOnce: Bool {
    taps.count == 1 && step == 1 && taps[0].y == 0 && taps[0].x == 0 && gridHeight == source.height
      && gridWidth == source.width
  }

  /// A matrix of `rows` lines that lie `sourceStride` apart, as the left operand of a product whose rows lie
  /// `targetStride` apart.
  static func matrix(rows: Int, sourceStride: Int, targetStride: Int) -> TapGrid {
    TapGrid(
      images: 1, gridHeight: 1, gridWidth: rows,
      source: Map(height: 1, width: rows, pixelStride: sourceStride), step: 1, taps: [Tap(y: 0, x: 0)],
      target: Map(height: 1, width: rows, pixelStride: targetStride))
  }

  /// Calls `body` with each piece of a grid line among `rows`: the index of its first row, the image, the
  /// line and the columns.
  func forEachLine(in rows: Range<Int>, _ body: (Int, Int, Int, Range<Int>) -> Void) {
    var row = rows.lowerBound
    while row < rows.upperBound {
      let (line, x) = row.quotientAndRemainder(dividingBy: gridWidth)
      let (image, y) = line.quotientAndRemainder(dividingBy: gridHeight)
      let count = min(gridWidth - x, rows.upperBound - row)
      body(row - rows.lowerBound, image, y, x..<x + count)
      row += count
    }
  }

  /// The least range that holds all those of `rows` that read a line of the source at tap `number`; without
  /// any, an empty one at their start.
  func reading(_ rows: Range<Int>, tap number: Int) -> Range<Int> {
    var range = rows.lowerBound..<rows.lowerBound
    forEachLine(in: rows) { first, _, y, columns in
      guard (0..<source.height).contains(y * step + taps[number].y) else { return }
      let start = range.isEmpty ? rows.lowerBound + first : range.lowerBound
      range = start..<rows.lowerBound + first + columns.count
    }
    return range
  }

  /// Writes where `rows` read their runs: for tap `t` from `table[t * pitch]` on.
  func fillSources(
    _ rows: Range<Int>, from base: UnsafePointer<Float>, zeros: UnsafePointer<Float>,
    table: UnsafeMutablePointer<UnsafePointer<Float>>, pitch: Int
  ) {
    forEachLine(in: rows) { first, image, y, columns in
      for (number, tap) in taps.enumerated() {
        let output = table + number * pitch + first
        let line = y * step + tap.y
        guard line >= 0, line < source.height else {
          output.update(repeating: zeros, count: columns.count)
          continue
        }
        let start = base + image * source.imageStride + line * source.lineStride
        for column in columns {
          let x = column * step + tap.x
          output[column - columns.lowerBound] =
            x >= 0 && x < source.width ? start + x * source.pixelStride : zeros
        }
      }
    }
  }

  /// Copies tiles of the runs that `rows` read for one tap: the values from `tiles[t]` on, for row `r` of
  /// `rows` to `output + t · stride + r · width`.
  ///
  /// A whole vector is copied each time, over the beginning of the next row's values, which follow.
  func copyTiles(
    _ rows: Range<Int>, tap number: Int, from base: UnsafePointer<Float>, tiles: [Int],
    into output: UnsafeMutablePointer<Float>, width: Int, stride: Int
  ) {
    let tap = taps[number]
    forEachLine(in: rows) { first, image, y, columns in
      let line = y * step + tap.y
      let isInside = line >= 0 && line < source.height
      let start = base + image * source.imageStride + line * source.lineStride
      var target = output + first * width
      for column in columns {
        let x = column * step + tap.x
        if isInside && x >= 0 && x < source.width {
          let run = start + x * source.pixelStride
          let ahead = Self.prefetchDistance * source.pixelStride
          for (tile, offset) in tiles.enumerated() {
            prefetch_for_reading(run + ahead + offset)
            Vector(at: run + offset).store(to: target + tile &* stride)
          }
        } else {
          for tile in tiles.indices { Vector.zero.store(to: target + tile &* stride) }
        }
        target += width
      }
    }
  }

  /// The pixels between the one that is copied and the one that is fetched from memory meanwhile.
  private static let prefetchDistance = 4

  /// Writes where `rows` put their results.
  func fillTargets(
    _ rows: Range<Int>, from base: UnsafeMutablePointer<Float>,
    table: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
  ) {
    forEachLine(in: rows) { first, image, y, columns in
      let line = base + image * target.imageStride + (y * targetStep + targetY) * target.lineStride
      for column in columns {
        table[first + column - columns.lowerBound] =
          line + (column * targetStep + targetX) * target.pixelStride
      }
    }
  }
}
