import Autograd

/// A colour picture: 8 bits per channel, RGB interleaved, `[height, width, 3]`, top row first.
public struct Image: Sendable, Hashable {
  /// The number of columns.
  public let width: Int
  /// The number of rows.
  public let height: Int
  /// Red, green, blue of each pixel, row by row: `3 * width * height` values.
  public var pixels: [UInt8] {
    didSet { precondition(pixels.count == 3 * width * height, "image: the number of values was changed") }
  }

  /// Creates a picture from its values.
  ///
  /// - Precondition: there are `3 * width * height` of them, and at least one pixel.
  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(width > 0 && height > 0, "image: \(width) × \(height) holds no pixel")
    precondition(
      pixels.count == 3 * width * height,
      "image: \(pixels.count) values do not fill \(width) × \(height) RGB pixels")
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  /// Creates a picture of one colour.
  ///
  /// - Precondition: it holds at least one pixel.
  public init(width: Int, height: Int, color: Color) {
    self.init(width: width, height: height) { out in
      for index in stride(from: 0, to: out.count, by: 3) {
        out[index] = color.red
        out[index + 1] = color.green
        out[index + 2] = color.blue
      }
    }
  }

  /// Creates a picture whose `3 * width * height` values `fill` writes, all of them.
  init(width: Int, height: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) {
    let count = 3 * width * height
    self.init(width: width, height: height, pixels: bytes(count: count, fill: fill))
  }

  /// Reads a PNG or JPEG file; which of the two is told by its first bytes, not by its name.
  ///
  /// The pixels equal those of Pillow's `ImageOps.exif_transpose(Image.open(path)).convert("RGB")`: the
  /// picture is turned as EXIF says and viewers show it, grey files are expanded, transparency is dropped,
  /// and colour profiles are ignored.
  ///
  /// - Throws: `ImageError` if the file cannot be read or is not a whole picture.
  public init(contentsOf path: String) throws(ImageError) {
    self = try Self.decode(try readFile(path), path: path)
  }

  /// Decodes the bytes of a PNG or JPEG file; `path` is what errors name.
  ///
  /// - Throws: `ImageError` if they are not a whole picture.
  public static func decode(_ bytes: [UInt8], path: String) throws(ImageError) -> Image {
    switch try FileFormat(of: bytes, path: path) {
    case .png: try PNGFile(bytes, path: path).image()
    case .jpeg: try JPEG.decode(bytes, path: path)
    }
  }

  /// Writes an RGB PNG under a temporary name, then renames it.
  ///
  /// - Throws: `ImageError.cannotWrite`.
  public func writePNG(to path: String) throws(ImageError) {
    try writeFile(try PNG.encode(self, path: path), to: path)
  }

  /// Writes a JPEG under a temporary name, then renames it.
  ///
  /// - Throws: `ImageError.cannotWrite`.
  /// - Precondition: `quality` is 1 to 100.
  public func writeJPEG(
    to path: String, quality: Int = 92, subsampling: JPEGSubsampling = .chroma420
  ) throws(ImageError) {
    try writeFile(try JPEG.encode(self, quality: quality, subsampling: subsampling, path: path), to: path)
  }

  /// The colour of one pixel.
  ///
  /// - Precondition: it lies inside.
  public subscript(x: Int, y: Int) -> Color {
    get {
      let index = 3 * offset(x, y)
      return Color(pixels[index], pixels[index + 1], pixels[index + 2])
    }
    set {
      let index = 3 * offset(x, y)
      pixels[index] = newValue.red
      pixels[index + 1] = newValue.green
      pixels[index + 2] = newValue.blue
    }
  }

  private func offset(_ x: Int, _ y: Int) -> Int {
    precondition(
      (0..<width).contains(x) && (0..<height).contains(y),
      "image: (\(x), \(y)) is outside \(width) × \(height)")
    return y * width + x
  }
}

/// `count` bytes that `fill` writes, all of them.
func bytes(count: Int, fill: (UnsafeMutableBufferPointer<UInt8>) -> Void) -> [UInt8] {
  [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
    fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
    initialized = count
  }
}
