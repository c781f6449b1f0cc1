import Files
import Foundation

/// The hash of all bytes of a safetensors file, in its metadata: `"checksum": "xxh64 <16 digits>"`.
///
/// It is taken with zeros in the place of its own digits. Readers that know nothing of it open the file as
/// any other.
enum SafetensorsChecksum {
  static let key = "checksum"
  private static let prefix = "xxh64 "
  private static let digits = 16

  /// What stands in the metadata while the hash is taken.
  static let placeholder = prefix + String(repeating: "0", count: digits)

  /// Puts the digits in the place of the zeros.
  static func set(_ hex: String, in header: inout [UInt8]) {
    guard let start = placeOfDigits(in: header) else { return }
    header.replaceSubrange(start..<start + digits, with: Array(hex.utf8))
  }

  /// Compares the bytes with the checksum, if the file holds one.
  ///
  /// - Throws: `WeightFileError.wrongChecksum`.
  static func verify(
    _ data: Data, headerEnd: Int, _ metadata: [String: String], path: String
  ) throws(WeightFileError) {
    guard let found = metadata[key] else { return }
    var header = [UInt8](data.prefix(headerEnd))
    guard found.hasPrefix(prefix), found.utf8.count == placeholder.utf8.count,
      placeOfDigits(in: header) != nil
    else { throw .wrongChecksum(path: path) }
    set(String(repeating: "0", count: digits), in: &header)
    var hash = XXH64()
    hash.update(header)
    data.withUnsafeBytes { hash.update(UnsafeRawBufferPointer(rebasing: $0[headerEnd...])) }
    guard found == prefix + hash.hex else { throw .wrongChecksum(path: path) }
  }

  private static func placeOfDigits(in header: [UInt8]) -> Int? {
    let mark = Data("\"\(key)\":\"\(prefix)".utf8)
    guard let range = Data(header).range(of: mark), range.upperBound + digits <= header.count else {
      return nil
    }
    return range.upperBound
  }
}
