/// The chunks of a PNG file, of which each ends with a CRC-32 (PNG specification, 5.3 and annex D).
///
/// Decoders pass over damage behind the last pixel and in chunks that they can do without; this finds it
/// anywhere in the file.
public enum PNGChunks {
  private static let signature: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]

  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xedb8_8320 ^ (value >> 1) : value >> 1 }
  }

  /// Whether the bytes are a PNG file from its signature to its end, and every chunk has the bytes that were
  /// written.
  public static func areIntact(_ bytes: [UInt8]) -> Bool {
    guard bytes.starts(with: signature) else { return false }
    var position = signature.count
    while bytes.count - position >= 12 {
      let length = Int(word(bytes, position))
      guard length <= bytes.count - position - 12 else { return false }
      let end = position + 8 + length
      let crc = ~bytes[position + 4..<end].reduce(~UInt32(0)) { crc, byte in
        table[Int((crc ^ UInt32(byte)) & 0xff)] ^ (crc >> 8)
      }
      guard crc == word(bytes, end) else { return false }
      let isLast = bytes[position + 4..<position + 8].elementsEqual("IEND".utf8)
      position = end + 4
      if isLast { return position == bytes.count }
    }
    return false
  }

  private static func word(_ bytes: [UInt8], _ position: Int) -> UInt32 {
    bytes[position..<position + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
