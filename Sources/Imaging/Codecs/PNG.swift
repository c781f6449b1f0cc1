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
  private let path: String
  /// How the picture lies in the file, as its eXIf chunk says, or else its XMP data.
  let orientation: Orientation
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
    guard bytes.count >= 33 else { throw .truncated(path: path, format: "PNG") }
    // Anything before the header makes libpng report other sizes than it decodes.
    guard bytes[8..<16].elementsEqual([0, 0, 0, 13] + "IHDR".utf8) else {
      if bytes[12..<16].elementsEqual("CgBI".utf8) {
        throw .unknownFormat(path: path, found: "it is a CgBI file, Xcode's own kind of PNG")
      }
      throw .corrupt(path: path, format: "PNG", reason: "it does not start with a header")
    }
    var kept = Array(bytes.prefix(8))
    kept.reserveCapacity(bytes.count)
    var (exif, xmp) = (ArraySlice<UInt8>(), ArraySlice<UInt8>())
    var dataSize = 0
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
      if type.elementsEqual("eXIf".utf8) { exif = bytes[offset + 8..<end - 4] }
      if type.elementsEqual("iTXt".utf8) { xmp = Self.xmp(of: bytes[offset + 8..<end - 4]) ?? xmp }
      if type.elementsEqual("IDAT".utf8) { dataSize += end - offset - 12 }
      isWhole = type.elementsEqual("IEND".utf8)
      offset = end
    }
    critical = kept
    orientation = Orientation(exif: exif) ?? Orientation(xmp: xmp) ?? .upright
    width = number(at: 16)
    height = number(at: 20)
    bitDepth = Int(bytes[24])
    colorType = bytes[25]
    try checkSize(fileSize: bytes.count, dataSize: dataSize)
  }

  /// The XMP data that an `iTXt` chunk holds, uncompressed as they have to be; `nil` for another text.
  private static func xmp(of chunk: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let prefix = Array("XML:com.adobe.xmp\0\0".utf8)
    return chunk.starts(with: prefix) ? chunk.dropFirst(prefix.count) : nil
  }

  /// Refuses sizes that cannot be, and that so much data cannot fill.
  private func checkSize(fileSize: Int, dataSize: Int) throws(ImageError) {
    guard (1..<1 << 31).contains(width), (1..<1 << 31).contains(height), (1...16).contains(bitDepth) else {
      throw .corrupt(path: path, format: "PNG", reason: "its header is impossible")
    }
    let size = PixelSize(width: width, height: height)
    try size.check(path: path, fileSize: fileSize, bytesPerPixel: bytesPerPixel)
    // Deflate packs at most 1032 bytes into one.
    let channels = [1, 1, 3, 1, 2, 1, 4][min(Int(colorType), 6)]
    guard (width * channels * bitDepth + 7) / 8 * height / 1032 <= dataSize else {
      throw .truncated(path: path, format: "PNG")
    }
  }

  /// The most memory that decoding takes: the samples, what is made of them, and the turned picture.
  private var bytesPerPixel: Int {
    (bitDepth == 16 && !hasAlpha ? 6 + 3 : hasAlpha ? 4 + 3 : 3) + (orientation == .upright ? 0 : 3)
  }

  /// The picture in RGB, the high byte of each sample where there are 16 bits.
  ///
  /// A 16-bit file with alpha is rounded to 8 bits by libpng instead.
  func image() throws(ImageError) -> Image { try storedImage().shown(orientation) }

  /// The samples as class ids.
  func labelMap() throws(ImageError) -> LabelMap { try storedLabelMap().shown(orientation) }

  private func storedImage() throws(ImageError) -> Image {
    if bitDepth == 16 && !hasAlpha {
      let (samples, _) = try read(format: UInt32(PNG_FORMAT_FLAG_LINEAR | PNG_FORMAT_FLAG_COLOR))
      return Image(width: width, height: height) { out in
        samples.withUnsafeBytes { samples in
          for index in out.indices {
            out[index] = UInt8(samples.loadUnaligned(fromByteOffset: 2 * index, as: UInt16.self) >> 8)
          }
        }
      }
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

  private func storedLabelMap() throws(ImageError) -> LabelMap {
    if hasPalette {
      let (ids, colors) = try read(format: UInt32(PNG_FORMAT_FLAG_COLOR | PNG_FORMAT_FLAG_COLORMAP))
      return LabelMap(width: width, height: height, ids: ids, palette: Palette(colors))
    }
    guard isGrey else { throw .rgbMask(path: path) }
    if hasAlpha {
      guard bitDepth == 8 else { throw .wideAlphaMask(path: path) }
      let (samples, _) = try read(format: UInt32(PNG_FORMAT_FLAG_ALPHA))
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
