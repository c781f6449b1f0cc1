import Files
import Foundation

/// The kinds of file that can be read, told apart by their first bytes.
enum FileFormat {
  case png
  case jpeg

  /// Sniffs the format.
  init(of bytes: [UInt8], path: String) throws(ImageError) {
    if bytes.isEmpty { throw .empty(path: path) }
    if bytes.starts(with: Self.pngSignature) {
      self = .png
    } else if bytes.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if Self.pngSignature.starts(with: bytes) {
      throw .truncated(path: path, format: "PNG")
    } else if bytes == [0xFF] || bytes == [0xFF, 0xD8] {
      throw .truncated(path: path, format: "JPEG")
    } else if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) {
      throw .unknownFormat(
        path: path, found: "it is a PNG whose line ends were changed, as text; copy it anew")
    } else if let name = ForeignFormat.name(of: bytes) {
      throw .unknownFormat(path: path, found: "it is \(name)")
    } else {
      let start = bytes.prefix(4).map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }
      throw .unknownFormat(path: path, found: "it starts with the bytes \(start.joined(separator: " "))")
    }
  }

  static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
}

extension Image {
  /// Whether a file begins as a JPEG or PNG does, whatever it is called.
  public static func isReadable(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
      let start = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)).read(upToCount: 8)
    else { return false }
    return (try? FileFormat(of: [UInt8](start), path: path)) != nil
  }
}

/// The size of a picture that a header promises, before anything is set aside for it.
struct PixelSize {
  /// More pixels than this are refused: a damaged header can ask for terabytes.
  static let limit = 1 << 28

  let width: Int
  let height: Int

  var pixels: Int { width * height }

  /// Refuses a size beyond the limit, and one that takes more than 1 GiB though the file is small.
  ///
  /// - Precondition: width and height are below 2³¹.
  func check(path: String, fileSize: Int, bytesPerPixel: Int) throws(ImageError) {
    guard pixels <= Self.limit else { throw .tooLarge(path: path, width: width, height: height) }
    guard pixels * bytesPerPixel <= max(1 << 30, fileSize << 10) else {
      throw .tooDense(path: path, width: width, height: height, fileSize: fileSize)
    }
  }
}

/// The bytes of a file; what is no regular file is refused before it is opened.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
  var status = stat()
  guard stat(path, &status) == 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  try requireRegular(status, path)
  let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  try requireRegular(status, path)
  var bytes: [UInt8] = []
  // One more than the size, so that the usual file is read in one go and its end is seen.
  let step = max(Int(status.st_size) + 1, 1 << 12)
  while bytes.count <= fileSizeLimit {
    var got = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: step) { buffer, initialized in
      repeat { got = read(descriptor, buffer.baseAddress, step) } while got < 0 && errno == EINTR
      initialized = max(got, 0)
    }
    guard got >= 0 else { throw .cannotRead(path: path, reason: systemReason()) }
    if got == 0 { return bytes }
    if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
  }
  throw .cannotRead(path: path, reason: "it is larger than any picture")
}

/// 2 GiB; the largest picture of raw pixels is smaller.
private let fileSizeLimit = 1 << 31

private func requireRegular(_ status: stat, _ path: String) throws(ImageError) {
  let kinds: [(mode_t, String)] = [
    (S_IFDIR, "is a directory"), (S_IFIFO, "it is a pipe"), (S_IFSOCK, "it is a socket"),
    (S_IFCHR, "it is a device"), (S_IFBLK, "it is a device"),
  ]
  if let kind = kinds.first(where: { status.st_mode & S_IFMT == $0.0 }) {
    throw .cannotRead(path: path, reason: kind.1)
  }
  guard status.st_size <= fileSizeLimit else {
    throw .cannotRead(path: path, reason: "it is larger than any picture")
  }
}

/// Writes a whole file or none of it.
func writeFile(_ bytes: [UInt8], to path: String) throws(ImageError) {
  do {
    try AtomicFile.write(bytes, to: path)
  } catch {
    throw .cannotWrite(path: path, reason: inSentence(error.reason))
  }
}

private func systemReason() -> String { inSentence(String(cString: strerror(errno))) }

/// The system's words in lower case, as they stand inside a sentence.
private func inSentence(_ reason: String) -> String { reason.prefix(1).lowercased() + reason.dropFirst() }
