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
