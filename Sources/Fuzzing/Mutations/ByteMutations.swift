import Autograd

/// Changes that make sense for the bytes of any format.
enum ByteMutations {
  /// One of them.
  static let any: Mutation = { bytes, random in
    guard let change = all.randomElement(using: &random) else { return }
    change(&bytes, &random)
  }

  private static let all: [Mutation] = [
    flipBit, flipBit, setByte, setByte, setNumber, setNumber, truncate, remove, duplicate, insert, overwrite,
    swap,
  ]

  /// A range of at most `longest` places that begins inside the bytes.
  static func range(in bytes: [UInt8], longest: Int = 64, _ random: inout Philox) -> Range<Int> {
    guard !bytes.isEmpty else { return 0..<0 }
    let start = Int.random(in: 0..<bytes.count, using: &random)
    let length = Int.random(in: 1...longest, using: &random)
    return start..<min(start + length, bytes.count)
  }

  private static let flipBit: Mutation = { bytes, random in
    guard let place = bytes.indices.randomElement(using: &random) else { return }
    bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
  }

  private static let setByte: Mutation = { bytes, random in
    guard let place = bytes.indices.randomElement(using: &random) else { return }
    let values: [UInt8] = [0, 1, 9, 10, 13, 32, 34, 44, 0x7f, 0x80, 0xc0, 0xd8, 0xfe, 0xff]
    bytes[place] =
      Bool.random(using: &random)
      ? values.randomElement(using: &random) ?? 0 : UInt8.random(in: 0...255, using: &random)
  }

  /// Puts a number at the edge of its range into a field of 2, 4 or 8 bytes, in either byte order.
  private static let setNumber: Mutation = { bytes, random in
    let width = [2, 4, 8].randomElement(using: &random) ?? 4
    guard bytes.count >= width else { return }
    let place = Int.random(in: 0...bytes.count - width, using: &random)
    set(
      edge(width, bytes.count, &random), width, bigEndian: Bool.random(using: &random), at: place, in: &bytes)
  }

  /// A number at the edge of what `width` bytes hold, or near the length of the file.
  static func edge(_ width: Int, _ length: Int, _ random: inout Philox) -> UInt64 {
    let highest = UInt64.max >> (64 - 8 * UInt64(width))
    let values: [UInt64] = [
      0, 1, highest, highest - 1, highest >> 1, highest >> 1 + 1, UInt64(length), UInt64(length) + 1, 0x10000,
      0x4000, 1 << 28, 1 << 30,
    ]
    return (values.randomElement(using: &random) ?? 0) & highest
  }

  /// Writes a number of `width` bytes.
  static func set(_ value: UInt64, _ width: Int, bigEndian: Bool, at place: Int, in bytes: inout [UInt8]) {
    for index in 0..<width {
      let shift = UInt64(8 * (bigEndian ? width - 1 - index : index))
      bytes[place + index] = UInt8(truncatingIfNeeded: value >> shift)
    }
  }

  private static let truncate: Mutation = { bytes, random in
    bytes.removeLast(Int.random(in: 0...bytes.count, using: &random))
  }

  private static let remove: Mutation = { bytes, random in bytes.removeSubrange(range(in: bytes, &random)) }

  private static let duplicate: Mutation = { bytes, random in
    let part = Array(bytes[range(in: bytes, &random)])
    let times = Int.random(in: 0..<16, using: &random) == 0 ? 256 : 1
    let place = Int.random(in: 0...bytes.count, using: &random)
    bytes.insert(contentsOf: Array(repeatElement(part, count: times).joined()), at: place)
  }

  private static let insert: Mutation = { bytes, random in
    let value = UInt8.random(in: 0...255, using: &random)
    let isSame = Bool.random(using: &random)
    let count = Int.random(in: 1...16, using: &random)
    let part = (0..<count).map { _ in isSame ? value : UInt8.random(in: 0...255, using: &random) }
    bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
  }

  private static let overwrite: Mutation = { bytes, random in
    let part = Array(bytes[range(in: bytes, &random)])
    let place = Int.random(in: 0...bytes.count - part.count, using: &random)
    bytes.replaceSubrange(place..<place + part.count, with: part)
  }

  private static let swap: Mutation = { bytes, random in
    guard bytes.count > 1 else { return }
    let (first, second) = (
      Int.random(in: 0..<bytes.count, using: &random), Int.random(in: 0..<bytes.count, using: &random)
    )
    bytes.swapAt(first, second)
  }
}
