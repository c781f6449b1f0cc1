import Autograd
import CTurboJPEG

/// How a JPEG file stores colour.
public enum JPEGSubsampling: Sendable, CaseIterable {
  /// Full resolution.
  case chroma444
  /// Half the resolution along both axes, as cameras write it.
  case chroma420
  /// None: luminance only.
  case grey

  fileprivate var code: Int32 {
    switch self {
    case .chroma444: Int32(TJSAMP_444.rawValue)
    case .chroma420: Int32(TJSAMP_420.rawValue)
    case .grey: Int32(TJSAMP_GRAY.rawValue)
    }
  }
}

/// Coding through TurboJPEG with the accurate transform, which gives Pillow's bytes.
enum JPEG {
  /// More scans than this are refused; progressive files have about ten.
  private static let scanLimit = 100

  /// Decodes a file and turns the picture as its EXIF or XMP data say; grey becomes RGB.
  static func decode(_ file: [UInt8], path: String) throws(ImageError) -> Image {
    let markers = JPEGMarkers(file)
    do {
      return try decode(file, markers, path: path)
    } catch {
      guard case .corrupt = error, let coding = markers.rareCoding else { throw error }
      throw .jpegCoding(path: path, coding: coding)
    }
  }

  private static func decode(
    _ file: [UInt8], _ markers: JPEGMarkers, path: String
  ) throws(ImageError) -> Image {
    guard markers.scans <= scanLimit else {
      throw .corrupt(
        path: path, format: "JPEG", reason: "\(markers.scans) scans, where \(scanLimit) are plenty")
    }
    guard let handle = tjInitDecompress() else { throw failure(nil, path) }
    defer { tjDestroy(handle) }
    // With an end marker after the last byte, a file that merely lacks its own decodes silently, and one
    // that lacks rows gives the warning about the data segment.
    let data = file + [0xFF, 0xD9]
    var (width, height, subsampling, space) = (Int32(0), Int32(0), Int32(0), Int32(0))
    let status = tjDecompressHeader3(
      handle, data, UInt(data.count), &width, &height, &subsampling, &space)
    guard status == 0 || isWarning(handle), width > 0, height > 0 else {
      throw file.suffix(2) == [0xFF, 0xD9] ? failure(handle, path) : .truncated(path: path, format: "JPEG")
    }
    if space == TJCS_CMYK.rawValue || space == TJCS_YCCK.rawValue { throw .cmyk(path: path) }
    let size = PixelSize(width: Int(width), height: Int(height))
    // Each block of 8 × 8 pixels takes at least a bit, unless the coding is arithmetic.
    guard markers.isArithmetic || size.pixels / 512 <= file.count else {
      throw .truncated(path: path, format: "JPEG")
    }
    let turned = markers.orientation == .upright ? 0 : 3
    try size.check(path: path, fileSize: file.count, bytesPerPixel: 3 + (markers.isBuffered ? 6 : 0) + turned)
    return try pixels(handle, data, size, path: path).shown(markers.orientation)
  }

  /// Decodes the pixels as they lie in the file.
  private static func pixels(
    _ handle: tjhandle, _ data: [UInt8], _ size: PixelSize, path: String
  ) throws(ImageError) -> Image {
    var error: ImageError?
    let image = Image(width: size.width, height: size.height) { out in
      out.initialize(repeating: 0)
      func decode(_ flags: Int32) -> Int32 {
        tjDecompress2(
          handle, data, UInt(data.count), out.baseAddress, Int32(size.width), 0, Int32(size.height),
          Int32(TJPF_RGB.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS | flags)
      }
      // A warning hides those before it, so the first one ends the first attempt.
      if decode(TJFLAG_STOPONWARNING) == 0 { return }
      error = decodingError(handle, path)
      if error == nil, decode(0) != 0 { error = decodingError(handle, path) }
    }
    if let error { throw error }
    return image
  }

  /// Encodes a picture.
  static func encode(
    _ image: Image, quality: Int, subsampling: JPEGSubsampling, path: String
  ) throws(ImageError) -> [UInt8] {
    precondition((1...100).contains(quality), "jpeg: the quality \(quality) is outside 1…100")
    guard let handle = tjInitCompress() else {
      throw .cannotWrite(path: path, reason: "the JPEG encoder did not start")
    }
    defer { tjDestroy(handle) }
    var buffer: UnsafeMutablePointer<UInt8>?
    defer { tjFree(buffer) }
    var size: UInt = 0
    let status = tjCompress2(
      handle, image.pixels, Int32(image.width), 0, Int32(image.height), Int32(TJPF_RGB.rawValue), &buffer,
      &size, subsampling.code, Int32(quality), TJFLAG_ACCURATEDCT)
    guard status == 0, let buffer else { throw .cannotWrite(path: path, reason: message(handle)) }
    return Array(UnsafeBufferPointer(start: buffer, count: Int(size)))
  }

  /// The error behind a failed decode; warnings that are not about missing or undecodable data leave a usable
  /// picture, as in Pillow.
  private static func decodingError(_ handle: tjhandle, _ path: String) -> ImageError? {
    let message = message(handle)
    if message.lowercased().contains("premature end") { return .truncated(path: path, format: "JPEG") }
    let words = message.split(separator: " ")
    // A few bytes before the end are padding; many are what a decoder that lost its way leaves over.
    let isLost =
      message.contains("extraneous bytes before marker 0xd9") && words.contains { Int($0) ?? 0 > 16 }
    let isUndecodable = isLost || message.contains(": bad ") || message.contains("instead of RST")
    return isWarning(handle) && !isUndecodable ? nil : .corrupt(path: path, format: "JPEG", reason: message)
  }

  private static func failure(_ handle: tjhandle?, _ path: String) -> ImageError {
    .corrupt(path: path, format: "JPEG", reason: message(handle))
  }

  private static func isWarning(_ handle: tjhandle) -> Bool {
    tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue)
  }

  private static func message(_ handle: tjhandle?) -> String {
    tjGetErrorStr2(handle).map { String(cString: $0) } ?? "no reason given"
  }
}
