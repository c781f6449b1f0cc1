import Foundation

/// The 64-bit hash XXH64 of bytes that come in pieces, with seed 0 (Collet, "xxHash fast digest algorithm",
/// specification 0.1.1); `xxhsum -H1` gives the same digits.
///
/// It tells damage from sound bytes; it keeps no adversary out.
public struct XXH64: Sendable {
  private static let primes: (UInt64, UInt64, UInt64, UInt64, UInt64) = (
    0x9e37_79b1_85eb_ca87, 0xc2b2_ae3d_27d4_eb4f, 0x1656_67b1_9e37_79f9, 0x85eb_ca77_c2b2_ae63,
    0x27d4_eb2f_1656_67c5
  )

  private var lanes: SIMD4<UInt64> = [
    0x60ea_27ee_adc0_b5d6, 0xc2b2_ae3d_27d4_eb4f, 0, 0 &- 0x9e37_79b1_85eb_ca87,
  ]
  private var length: UInt64 = 0
  /// Fewer than 32 bytes that wait for more.
  private var rest: [UInt8] = []

  /// The hash of no byte.
  public init() {}

  /// Adds bytes.
  public mutating func update(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { update($0) }
  }

  /// Adds bytes.
  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length &+= UInt64(bytes.count)
    var position = 0
    if !rest.isEmpty {
      position = min(32 - rest.count, bytes.count)
      rest += bytes[..<position]
      guard rest.count == 32 else { return }
      rest.withUnsafeBytes { Self.mix($0, &lanes) }
      rest.removeAll(keepingCapacity: true)
    }
    let whole = (bytes.count - position) / 32 * 32
    Self.mix(UnsafeRawBufferPointer(rebasing: bytes[position..<position + whole]), &lanes)
    rest += bytes[(position + whole)...]
  }

  /// The hash of all bytes so far.
  public var digest: UInt64 {
    let (p1, p2, p3, p4, p5) = Self.primes
    var hash = p5
    if length >= 32 {
      let (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
      hash = Self.rotated(a, 1) &+ Self.rotated(b, 7) &+ Self.rotated(c, 12) &+ Self.rotated(d, 18)
      for lane in [a, b, c, d] { hash = (hash ^ Self.round(0, lane)) &* p1 &+ p4 }
    }
    hash &+= length
    var tail = rest[...]
    while tail.count >= 8 {
      hash = Self.rotated(hash ^ Self.round(0, Self.word(tail.prefix(8))), 27) &* p1 &+ p4
      tail = tail.dropFirst(8)
    }
    if tail.count >= 4 {
      hash = Self.rotated(hash ^ (Self.word(tail.prefix(4)) &* p1), 23) &* p2 &+ p3
      tail = tail.dropFirst(4)
    }
    for byte in tail { hash = Self.rotated(hash ^ (UInt64(byte) &* p5), 11) &* p1 }
    hash = (hash ^ (hash >> 33)) &* p2
    hash = (hash ^ (hash >> 29)) &* p3
    return hash ^ (hash >> 32)
  }

  /// The hash of all bytes so far as 16 hexadecimal digits.
  public var hex: String {
    let digits = String(digest, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  private static func mix(_ bytes: UnsafeRawBufferPointer, _ lanes: inout SIMD4<UInt64>) {
    let (p1, p2, _, _, _) = primes
    var (a, b, c, d) = (lanes[0], lanes[1], lanes[2], lanes[3])
    func next(_ lane: UInt64, _ offset: Int) -> UInt64 {
      let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      return rotated(lane &+ word &* p2, 31) &* p1
    }
    var offset = 0
    while offset < bytes.count {
      a = next(a, offset)
      b = next(b, offset + 8)
      c = next(c, offset + 16)
      d = next(d, offset + 24)
      offset += 32
    }
    lanes = [a, b, c, d]
  }

  private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
    rotated(lane &+ word &* primes.1, 31) &* primes.0
  }

  private static func rotated(_ value: UInt64, _ count: UInt64) -> UInt64 {
    value &<< count | value &>> (64 - count)
  }

  /// The number that little-endian bytes make.
  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}

extension XXH64 {
  /// A file that cannot be read.
  public struct ReadFailure: Error, Sendable, Equatable {
    /// The file.
    public let path: String
    /// The system's words for what went wrong.
    public let reason: String
  }

  /// The digits of a text in UTF-8.
  public static func hex(of text: String) -> String {
    var hash = XXH64()
    hash.update(Array(text.utf8))
    return hash.hex
  }

  /// The digits of a whole file; nothing but a regular file is opened.
  ///
  /// - Throws: `XXH64.ReadFailure`.
  public static func hex(ofFile path: String) throws(ReadFailure) -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw ReadFailure(path: path, reason: String(cString: strerror(errno))) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw ReadFailure(path: path, reason: "no regular file")
    }
    var hash = XXH64()
    let size = min(max(Int(status.st_size), 1), 1 << 18)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = read(descriptor, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ReadFailure(path: path, reason: String(cString: strerror(errno))) }
      if count == 0 { return hash.hex }
      hash.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }
}
