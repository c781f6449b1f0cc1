import CPNG

/// Encoding through libpng's simplified API, which neither prints nor jumps.
enum PNG {
  /// The bytes of an RGB PNG.
  static func encode(_ image: Image, path: String) throws(ImageError) -> [UInt8] {
    try encode(
      image.pixels, width: image.width, height: image.height, format: UInt32(PNG_FORMAT_FLAG_COLOR),
      colors: [], path: path)
  }

  /// The bytes of an 8-bit palette PNG with 256 colours.
  static func encode(_ map: LabelMap, path: String) throws(ImageError) -> [UInt8] {
    try encode(
      map.ids, width: map.width, height: map.height,
      format: UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP),
      colors: (0..<256).map { map.palette[UInt8($0)] }, path: path)
  }

  private static func encode(
    _ samples: [UInt8], width: Int, height: Int, format: UInt32, colors: [Color], path: String
  ) throws(ImageError) -> [UInt8] {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    image.width = UInt32(width)
    image.height = UInt32(height)
    image.format = format
    image.colormap_entries = UInt32(colors.count)
    defer { png_image_free(&image) }
    let colormap = colors.flatMap { [$0.red, $0.green, $0.blue] }
    var size = cpng_png_size_max(&image)
    var status: Int32 = 0
    let file = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      status = png_image_write_to_memory(&image, buffer.baseAddress, &size, 0, samples, 0, colormap)
      initialized = status != 0 ? size : 0
    }
    guard status != 0 else { throw .cannotWrite(path: path, reason: message(of: image)) }
    return file
  }

  /// What libpng has to say about the last call.
  static func message(of image: png_image) -> String {
    withUnsafeBytes(of: image.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }
}

/// A PNG file in memory whose chunks were checked to be complete.
///
/// libpng gets the critical chunks only (IHDR, PLTE, IDAT, IEND): without gAMA, iCCP, sRGB and tRNS it
/// neither converts colours nor widens palettes, so samples arrive as they stand in the file.
struct PNGFile {
  /// More pixels than this are refused: a damaged header can ask for terabytes.
  static let pixelLimit = 1 << 28

  private let path: String
  private let critical: [UInt8]
  private let width: Int
  private let height: Int
  private let bitDepth: Int
  private let colorType: UInt8

  private var hasPalette: Bool { colorType == 3 }
  private var isGrey: Bool { colorType == 0 || colorType == 4 }
  private var hasAlpha: Bool { colorType & 4 != 0 }

  /// Walks the chunks of a file that starts with the PNG signature.
  init(_ bytes: [UInt8], path: String) throws(ImageError) {
    self.path = path
    func number(at offset: Int) -> Int { (0..<4).reduce(0) { $0 << 8 | Int(bytes[offset + $1]) } }
    var kept = Array(bytes.prefix(8))
    kept.reserveCapacity(bytes.count)
    var offset = 8
    var isWhole = false
    while !isWhole {
      guard offset + 12 <= bytes.count, offset + 12 + number(at: offset) <= bytes.count else {
        throw .truncated(path: path, format: "PNG")
      }
      let end = offset + 12 + number(at: offset)
      let type = bytes[offset + 4..<offset + 8]
      // An upper-case first letter marks a critical chunk.
      if bytes[offset + 4] & 0x20 == 0 { kept += bytes[offset..<end] }
      isWhole = type.elementsEqual("IEND".utf8)
      offset = end
    }
    guard kept.count >= 33, kept[12..<16].elementsEqual("IHDR".utf8) else {
      throw .corrupt(path: path, format: "PNG", reason: "it does not start with a header")
    }
    critical = kept
    width = number(at: 16)
    height = number(at: 20)
    bitDepth = Int(bytes[24])
    colorType = bytes[25]
    guard width.multipliedReportingOverflow(by: height).partialValue <= Self.pixelLimit else {
      throw .tooLarge(path: path, width: width, height: height)
    }
  }

  /// The picture in RGB, the high byte of each sample where there are 16 bits.
  ///
  /// A 16-bit file with alpha is rounded to 8 bits by libpng instead.
  func image() throws(ImageError) -> Image {
    if bitDepth == 16 && !hasAlpha {
      let samples = try wideSamples(format: UInt32(PNG_FORMAT_FLAG_LINEAR | PNG_FORMAT_FLAG_COLOR))
      return Image(width: width, height: height, pixels: samples.map { UInt8($0 >> 8) })
    }
    if !hasAlpha {
      let (pixels, _) = try read(format: UInt32(PNG_FORMAT_FLAG_COLOR))
      return Image(width: width, height: height, pixels: pixels)
    }
    let (samples, _) = try read(format: UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_ALPHA))
    return Image(width: width, height: height) { out in
      for pixel in 0..<width * height {
        for channel in 0..<3 { out[3 * pixel + channel] = samples[4 * pixel + channel] }
      }
    }
  }

  /// The samples as class ids.
  func labelMap() throws(ImageError) -> LabelMap {
    if hasPalette {
      let (ids, colors) = try read(format: UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP))
      return LabelMap(width: width, height: height, ids: ids, palette: Palette(colors))
    }
    guard isGrey else { throw .rgbMask(path: path) }
    if hasAlpha {
      let (samples, _) = try read(format: UInt32(PNG_FORMAT_FLAG_ALPHA))
      guard bitDepth == 8 else { throw .rgbMask(path: path) }
      return LabelMap(
        width: width, height: height, ids: (0..<width * height).map { samples[2 * $0] })
    }
    if bitDepth == 16 {
      let samples = try wideSamples(format: UInt32(PNG_FORMAT_FLAG_LINEAR))
      if let id = samples.first(where: { $0 > 255 }) { throw .maskIdAbove255(path: path, id: Int(id)) }
      return LabelMap(width: width, height: height, ids: samples.map { UInt8($0) })
    }
    let (levels, _) = try read(format: 0)
    // libpng stretches the levels of 1, 2 and 4 bits to 0…255; ids are the levels themselves.
    let stretch = UInt8(255 / ((1 << bitDepth) - 1))
    return LabelMap(
      width: width, height: height, ids: stretch == 1 ? levels : levels.map { $0 / stretch })
  }

  /// Decodes 16-bit samples; libpng takes a file without gAMA as linear and leaves them alone.
  private func wideSamples(format: UInt32) throws(ImageError) -> [UInt16] {
    let (bytes, _) = try read(format: format)
    return bytes.withUnsafeBytes { buffer in
      (0..<buffer.count / 2).map { buffer.loadUnaligned(fromByteOffset: 2 * $0, as: UInt16.self) }
    }
  }

  /// Decodes the file to `format`; the colours are those of the palette if the format asks for one.
  private func read(format: UInt32) throws(ImageError) -> (samples: [UInt8], colors: [Color]) {
    var image = png_image()
    image.version = UInt32(PNG_IMAGE_VERSION)
    defer { png_image_free(&image) }
    guard png_image_begin_read_from_memory(&image, critical, critical.count) != 0 else {
      throw failure(image)
    }
    image.format = format
    if format & UInt32(PNG_FORMAT_FLAG_LINEAR) == 0 { image.flags |= UInt32(PNG_IMAGE_FLAG_16BIT_sRGB) }
    var colormap = [UInt8](repeating: 0, count: 3 * 256)
    var status: Int32 = 0
    let samples = bytes(count: cpng_image_size(&image)) { buffer in
      buffer.initialize(repeating: 0)
      status = png_image_finish_read(&image, nil, buffer.baseAddress, 0, &colormap)
    }
    guard status != 0 else { throw failure(image) }
    let entries = format & UInt32(PNG_FORMAT_FLAG_COLORMAP) != 0 ? Int(image.colormap_entries) : 0
    let colors = (0..<entries).map { Color(colormap[3 * $0], colormap[3 * $0 + 1], colormap[3 * $0 + 2]) }
    return (samples, colors)
  }

  private func failure(_ image: png_image) -> ImageError {
    .corrupt(path: path, format: "PNG", reason: PNG.message(of: image))
  }
}
