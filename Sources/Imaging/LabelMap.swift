import Autograd

/// A mask: one class id per pixel, `[height, width]`, top row first; 255 means "ignore".
public struct LabelMap: Sendable, Hashable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// The class id of each pixel, row by row.
  public var ids: [UInt8] {
    didSet { precondition(ids.count == width * height, "label map: the number of ids was changed") }
  }
  /// The colours that the ids are drawn in.
  public var palette: Palette

  /// Creates a mask from its ids.
  ///
  /// - Precondition: there are `width * height` of them, and at least one.
  public init(width: Int, height: Int, ids: [UInt8], palette: Palette = .voc) {
    precondition(width > 0 && height > 0, "label map: \(width) × \(height) holds no pixel")
    precondition(
      ids.count == width * height, "label map: \(ids.count) ids do not fill \(width) × \(height) pixels")
    self.width = width
    self.height = height
    self.ids = ids
    self.palette = palette
  }

  /// Reads a mask from a palette or grey PNG.
  ///
  /// The ids are the samples as they stand in the file: palette indices, or grey levels, also of 1-, 2-, 4-
  /// and 16-bit files. Transparency is ignored. A grey file gets the VOC palette. An `eXIf` chunk turns it.
  ///
  /// - Throws: `ImageError` if the file cannot be read, is no palette or grey PNG, or holds an id above 255.
  public init(contentsOf path: String) throws(ImageError) {
    self = try Self.decode(try readFile(path), path: path)
  }

  /// Decodes the bytes of a palette or grey PNG; `path` is what errors name.
  ///
  /// - Throws: `ImageError`, as `init(contentsOf:)` does.
  public static func decode(_ bytes: [UInt8], path: String) throws(ImageError) -> LabelMap {
    switch try FileFormat(of: bytes, path: path) {
    case .png: try PNGFile(bytes, path: path).labelMap()
    case .jpeg: throw .jpegMask(path: path)
    }
  }

  /// Writes an 8-bit palette PNG under a temporary name, then renames it.
  ///
  /// A palette that is too short for the ids is filled up with black.
  ///
  /// - Throws: `ImageError.cannotWrite`.
  public func writePNG(to path: String) throws(ImageError) {
    try writeFile(try PNG.encode(self, path: path), to: path)
  }

  /// The mask drawn in its colours.
  public var colored: Image {
    Image(width: width, height: height) { out in
      for (index, id) in ids.enumerated() {
        let color = palette[id]
        out[3 * index] = color.red
        out[3 * index + 1] = color.green
        out[3 * index + 2] = color.blue
      }
    }
  }

  /// The number of pixels of each id, 256 counts.
  public var histogram: [Int] {
    var counts = [Int](repeating: 0, count: 256)
    for id in ids { counts[Int(id)] += 1 }
    return counts
  }

  /// The id of one pixel.
  ///
  /// - Precondition: it lies inside.
  public subscript(x: Int, y: Int) -> UInt8 {
    get { ids[offset(x, y)] }
    set { ids[offset(x, y)] = newValue }
  }

  private func offset(_ x: Int, _ y: Int) -> Int {
    precondition(
      (0..<width).contains(x) && (0..<height).contains(y),
      "label map: (\(x), \(y)) is outside \(width) × \(height)")
    return y * width + x
  }
}
