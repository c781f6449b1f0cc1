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
