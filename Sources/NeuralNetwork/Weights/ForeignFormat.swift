import Foundation

/// What a file is that was taken for a safetensors file.
public enum ForeignFormat: String, Sendable, CaseIterable {
  case empty = "an empty file (0 bytes)"
  case gitLFSPointer = "a Git LFS pointer, not the weights themselves"
  case webPage = "a web page"
  case torchArchive = "a ZIP archive, as torch.save writes"
  case pickle = "a Python pickle, as torch.save once wrote"
  case archive = "a compressed or packed file"
  case otherModel = "a model file of another program"
  case numPy = "a NumPy file"
  case json = "a JSON text"
  case picture = "a picture"
  case text = "a text file"

  /// What to do about it.
  var remedy: String {
    switch self {
    case .empty: "copy it again"
    case .gitLFSPointer: "fetch them with git lfs pull"
    case .webPage: "download the file itself, not the page about it"
    case .torchArchive, .pickle: "convert it with Checkpoints/convert.py file"
    case .archive: "unpack it first"
    case .otherModel, .numPy: "convert the weights to safetensors"
    case .json, .picture, .text: "name the safetensors file itself"
    }
  }

  /// The format that the first bytes of a file tell; `nil` for one that is not known.
  init?(_ data: Data) {
    guard !data.isEmpty else {
      self = .empty
      return
    }
    let start = Array(data.prefix(512))
    if let known = Self.signatures.first(where: { start.dropFirst($0.offset).starts(with: $0.bytes) }) {
      self = known.format
      return
    }
    guard let text = Self.text(start) else { return nil }
    let beginning = text.drop { $0.isWhitespace || $0 == "\u{feff}" }.lowercased()
    if beginning.hasPrefix("version https://git-lfs") || beginning.hasPrefix("version https://hawser") {
      self = .gitLFSPointer
    } else if beginning.hasPrefix("<") {
      self = .webPage
    } else if beginning.hasPrefix("{") || beginning.hasPrefix("[") {
      self = .json
    } else {
      self = .text
    }
  }

  /// The bytes as text, if they are some: UTF-8 or UTF-16 without control characters.
  private static func text(_ start: [UInt8]) -> String? {
    let isWide = start.starts(with: [0xff, 0xfe]) || start.starts(with: [0xfe, 0xff])
    let text =
      isWide
      ? String(data: Data(start.dropLast(start.count % 2)), encoding: .utf16)
      : String(decoding: start, as: UTF8.self)
    guard let text else { return nil }
    let isText = text.unicodeScalars.allSatisfy { $0.value >= 32 || (9...13).contains($0.value) }
    // The last character may be cut in half.
    let isWhole = !text.unicodeScalars.dropLast(2).contains("\u{fffd}")
    return isText && isWhole ? text : nil
  }

  private static let signatures: [(offset: Int, bytes: [UInt8], format: ForeignFormat)] = [
    (0, Array("PK\u{3}\u{4}".utf8), .torchArchive),
    (0, [0x80, 2], .pickle), (0, [0x80, 3], .pickle), (0, [0x80, 4], .pickle), (0, [0x80, 5], .pickle),
    (0, [0x1f, 0x8b], .archive), (0, [0xfd] + Array("7zXZ".utf8), .archive),
    (0, [0x28, 0xb5, 0x2f, 0xfd], .archive), (0, Array("BZh".utf8), .archive),
    (0, Array("7z".utf8) + [0xbc, 0xaf], .archive), (0, Array("Rar!".utf8), .archive),
    (257, Array("ustar".utf8), .archive), (0, [0x93] + Array("NUMPY".utf8), .numPy),
    (0, [0x89] + Array("HDF".utf8), .otherModel), (0, Array("GGUF".utf8), .otherModel),
    (0, Array("ggml".utf8), .otherModel), (4, Array("TFL3".utf8), .otherModel),
    (0, Array("MATLAB".utf8), .otherModel), (0, [0x89] + Array("PNG".utf8), .picture),
    (0, [0xff, 0xd8, 0xff], .picture),
  ]
}
