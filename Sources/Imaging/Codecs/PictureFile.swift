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
    } else if let format = Self.magic.first(where: { $0.matches(bytes) }) {
      throw .unknownFormat(path: path, found: "it is \(format.name)")
    } else {
      let start = bytes.prefix(4).map { $0 < 16 ? "0\(String($0, radix: 16))" : String($0, radix: 16) }
      throw .unknownFormat(path: path, found: "it starts with the bytes \(start.joined(separator: " "))")
    }
  }

  static let pngSignature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// Formats that are worth naming in an error.
  private struct Magic {
    let name: String
    let offset: Int
    let text: String

    func matches(_ bytes: [UInt8]) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
  }

  private static let magic = [
    Magic(name: "a GIF", offset: 0, text: "GIF8"), Magic(name: "a BMP", offset: 0, text: "BM"),
    Magic(name: "a TIFF", offset: 0, text: "II*\0"), Magic(name: "a TIFF", offset: 0, text: "MM\0*"),
    Magic(name: "a WebP", offset: 8, text: "WEBP"), Magic(name: "an AVIF", offset: 4, text: "ftypavif"),
    Magic(name: "a HEIC", offset: 4, text: "ftypheic"),
    Magic(name: "an HTML page", offset: 0, text: "<!DOCTYPE"),
    Magic(name: "an HTML page", offset: 0, text: "<html"),
    Magic(name: "a Git LFS pointer", offset: 0, text: "version https://git-lfs"),
  ]
}

/// The bytes of a file.
func readFile(_ path: String) throws(ImageError) -> [UInt8] {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  var status = stat()
  guard fstat(descriptor, &status) == 0 else { throw .cannotRead(path: path, reason: systemReason()) }
  var bytes: [UInt8] = []
  // One more than the size, so that the usual file is read in one go and its end is seen.
  let step = max(Int(status.st_size) + 1, 1 << 12)
  while true {
    var got = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: step) { buffer, initialized in
      repeat { got = read(descriptor, buffer.baseAddress, step) } while got < 0 && errno == EINTR
      initialized = max(got, 0)
    }
    guard got >= 0 else { throw .cannotRead(path: path, reason: systemReason()) }
    if got == 0 { return bytes }
    if bytes.isEmpty { bytes = chunk } else { bytes += chunk }
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
