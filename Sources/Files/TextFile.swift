import Foundation

/// Reads text files as people save them.
///
/// UTF-8 with or without a byte order mark, or UTF-16 with one (Windows' "Unicode"); everything else is
/// refused with a word on what the file seems to be, since a wrong guess would give wrong names.
public enum TextFile {
  /// The largest file that is read, in bytes: far above any list, far below what memory holds.
  private static let sizeLimit = 1 << 28

  /// The text of the file at `path`, without a byte order mark.
  ///
  /// - Throws: `ListError.unreadable`.
  public static func read(_ path: String) throws(ListError) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .unreadable(path: path, reason: "no such file")
    }
    guard !isFolder.boolValue else { throw .unreadable(path: path, reason: "it is a folder") }
    let attributes = try? FileManager.default.attributesOfItem(
      atPath: URL(fileURLWithPath: path).resolvingSymlinksInPath().path)
    guard attributes?[.type] as? FileAttributeType == .typeRegular else {
      throw .unreadable(path: path, reason: "it is no regular file")
    }
    guard (attributes?[.size] as? Int ?? 0) <= sizeLimit else {
      throw .unreadable(path: path, reason: "it has more than \(sizeLimit >> 20) MiB")
    }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "no permission")
    }
    do throws(Undecodable) { return try decoded([UInt8](data)) } catch {
      throw .unreadable(path: path, reason: error.reason)
    }
  }

  private struct Undecodable: Error {
    let reason: String
  }

  private static func decoded(_ bytes: [UInt8]) throws(Undecodable) -> String {
    if bytes.starts(with: [0xff, 0xfe, 0, 0]) || bytes.starts(with: [0, 0, 0xfe, 0xff]) {
      throw Undecodable(reason: "it is UTF-32; save it as UTF-8")
    }
    if bytes.starts(with: [0xff, 0xfe]) {
      return try utf16(bytes.dropFirst(2)) { UInt16($1) << 8 | UInt16($0) }
    }
    if bytes.starts(with: [0xfe, 0xff]) {
      return try utf16(bytes.dropFirst(2)) { UInt16($0) << 8 | UInt16($1) }
    }
    let start = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? 3 : 0
    if let kind = kind(of: bytes) { throw Undecodable(reason: "it is \(kind)") }
    guard let text = String(validating: bytes[start...], as: UTF8.self) else {
      throw Undecodable(reason: "it is not UTF-8; save it as UTF-8")
    }
    return text
  }

  private static func utf16(
    _ bytes: ArraySlice<UInt8>, _ unit: (UInt8, UInt8) -> UInt16
  ) throws(Undecodable) -> String {
    let first = bytes.startIndex
    let units = (0..<bytes.count / 2).map { unit(bytes[first + 2 * $0], bytes[first + 2 * $0 + 1]) }
    guard bytes.count.isMultiple(of: 2), let text = String(validating: units, as: UTF16.self) else {
      throw Undecodable(reason: "it is damaged UTF-16; save it as UTF-8")
    }
    return text
  }

  /// What bytes are that no text file begins with or holds.
  private static func kind(of bytes: [UInt8]) -> String? {
    if bytes.starts(with: [0x50, 0x4b, 3, 4]) { return "a ZIP archive or a spreadsheet such as .xlsx" }
    if bytes.starts(with: [0xd0, 0xcf, 0x11, 0xe0]) { return "an old Office file such as .xls" }
    if bytes.starts(with: [0x1f, 0x8b]) { return "compressed by gzip" }
    if bytes.starts(with: [0xff, 0xd8, 0xff]) || bytes.starts(with: [0x89, 0x50, 0x4e, 0x47]) {
      return "a picture"
    }
    guard let zero = bytes.firstIndex(of: 0) else { return nil }
    let isUTF16 = bytes.count > 1 && zero < 4 && bytes.count { $0 == 0 } * 3 > bytes.count
    return isUTF16 ? "UTF-16 without a byte order mark; save it as UTF-8" : "no text"
  }
}
