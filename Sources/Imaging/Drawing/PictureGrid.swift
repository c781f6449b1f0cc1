import Autograd

/// Pictures side by side with captions, and a legend of the classes below them.
public struct PictureGrid: Sendable {
  private struct Tile {
    let image: Image
    let caption: String
  }

  /// One entry of the legend.
  public struct LegendEntry: Sendable, Equatable {
    /// What the colour stands for.
    public let name: String
    /// The colour.
    public let color: Color

    /// Creates an entry.
    public init(_ name: String, _ color: Color) {
      self.name = name
      self.color = color
    }
  }

  /// The number of tiles in a row.
  public let columns: Int
  /// The longer side of a tile; pictures are scaled to it.
  public let tileSize: Int
  /// The names of the colours.
  public var legend: [LegendEntry]
  /// What the ends of the heat maps' colours stand for; `nil` for no bar of them.
  public var colorBar: (low: String, high: String)?
  private var tiles: [Tile] = []

  private static let margin = 6
  private static let captionHeight = BitmapFont.lineHeight + 4
  private static let swatch = 10

  /// Creates an empty grid.
  ///
  /// - Precondition: there is at least one column, and tiles are at least 16 pixels wide.
  public init(columns: Int, tileSize: Int = 224, legend: [LegendEntry] = []) {
    precondition(
      columns > 0 && tileSize >= 16, "picture grid: \(columns) columns of \(tileSize) pixels leave no room")
    self.columns = columns
    self.tileSize = tileSize
    self.legend = legend
  }

  /// Puts a picture into the next tile; a caption that is too long is cut.
  public mutating func append(_ image: Image, caption: String = "") {
    let size = fitted(image.width, image.height)
    tiles.append(
      Tile(image: image.resized(width: size.width, height: size.height, .bilinear), caption: caption))
  }

  /// Leaves the next tile empty.
  public mutating func appendEmpty() {
    tiles.append(Tile(image: Image(width: 1, height: 1, color: .white), caption: ""))
  }

  /// Puts a mask, drawn in its colours, into the next tile.
  public mutating func append(_ labels: LabelMap, caption: String = "") {
    let size = fitted(labels.width, labels.height)
    tiles.append(
      Tile(image: labels.resized(width: size.width, height: size.height).colored, caption: caption))
  }

  /// The size at which the longer side fills the tile.
  private func fitted(_ width: Int, _ height: Int) -> (width: Int, height: Int) {
    let longer = max(width, height)
    func scaled(_ side: Int) -> Int { max(1, (side * tileSize + longer / 2) / longer) }
    return (scaled(width), scaled(height))
  }

  /// The finished grid.
  public var image: Image {
    let margin = Self.margin
    let rows = stride(from: 0, to: tiles.count, by: columns).map {
      Array(tiles[$0..<min($0 + columns, tiles.count)])
    }
    let heights = rows.map { $0.map(\.image.height).max() ?? 0 }
    let width = margin + columns * (tileSize + margin)
    let legendRows = legendRows(width: width)
    let height =
      heights.reduce(margin) { $0 + $1 + Self.captionHeight + margin }
      + (legendRows.count + (colorBar == nil ? 0 : 1)) * (Self.swatch + margin)
    var canvas = Image(width: width, height: height, color: .white)
    var y = margin
    for (row, rowHeight) in zip(rows, heights) {
      for (column, tile) in row.enumerated() {
        let x = margin + column * (tileSize + margin)
        canvas.draw(
          tile.image, x: x + (tileSize - tile.image.width) / 2, y: y + rowHeight - tile.image.height)
        let caption = String(tile.caption.prefix(tileSize / BitmapFont.advance))
        canvas.draw(caption, x: x, y: y + rowHeight + 3)
      }
      y += rowHeight + Self.captionHeight + margin
    }
    drawColorBar(at: y, on: &canvas)
    if colorBar != nil { y += Self.swatch + margin }
    drawLegend(legendRows, at: y, on: &canvas)
    return canvas
  }

  /// Writes the grid as a PNG.
  ///
  /// - Throws: `ImageError.cannotWrite`.
  public func writePNG(to path: String) throws(ImageError) {
    try image.writePNG(to: path)
  }

  /// The legend broken into lines, each entry with its left edge.
  private func legendRows(width: Int) -> [[(x: Int, entry: LegendEntry)]] {
    var rows: [[(x: Int, entry: LegendEntry)]] = []
    var x = width
    for entry in legend {
      let length = Self.swatch + 4 + Image.textSize(entry.name).width + 2 * Self.margin
      if x + length > width {
        rows.append([])
        x = Self.margin
      }
      rows[rows.count - 1].append((x, entry))
      x += length
    }
    return rows
  }

  /// The colours of heat maps from the lowest to the highest between the words for both.
  private func drawColorBar(at y: Int, on canvas: inout Image) {
    guard let colorBar else { return }
    let left = Self.margin + Image.textSize(colorBar.low).width + Self.margin
    let width = max(16, min(256, canvas.width - left - Image.textSize(colorBar.high).width - 2 * Self.margin))
    canvas.draw(colorBar.low, x: Self.margin, y: y + 2)
    for column in 0..<width {
      let color = HeatMap.color(Float(column) / Float(width - 1))
      canvas.fill(x: left + column, y: y, width: 1, height: Self.swatch, color: color)
    }
    canvas.draw(colorBar.high, x: left + width + Self.margin, y: y + 2)
  }

  private func drawLegend(
    _ rows: [[(x: Int, entry: LegendEntry)]], at top: Int, on canvas: inout Image
  ) {
    var y = top
    for row in rows {
      for (x, entry) in row {
        canvas.fill(x: x, y: y, width: Self.swatch, height: Self.swatch, color: .black)
        canvas.fill(x: x + 1, y: y + 1, width: Self.swatch - 2, height: Self.swatch - 2, color: entry.color)
        canvas.draw(entry.name, x: x + Self.swatch + 4, y: y + 2)
      }
      y += Self.swatch + Self.margin
    }
  }
}

extension PictureGrid {
  /// The legend of the classes that occur in some masks, background left out.
  ///
  /// `names` are the names by id, background first; 255 is called "ignore".
  public static func legend(
    of masks: [LabelMap], names: [String], palette: Palette = .voc
  ) -> [LegendEntry] {
    var counts = [Int](repeating: 0, count: 256)
    for mask in masks {
      for (id, count) in mask.histogram.enumerated() { counts[id] += count }
    }
    return (1..<256).filter { counts[$0] > 0 }.map { id in
      let name = id == 255 ? "ignore" : id < names.count ? names[id] : "class \(id)"
      return LegendEntry(name, palette[UInt8(id)])
    }
  }
}
