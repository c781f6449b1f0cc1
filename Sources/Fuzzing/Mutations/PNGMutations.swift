import Autograd

/// A PNG file as its chunks, which get right lengths and checksums when they are written.
struct PNGChunks {
  /// A chunk without its length and checksum.
  struct Chunk {
    var type: [UInt8]
    var data: [UInt8]

    init(_ type: String, _ data: [UInt8]) {
      self.init(type: Array(type.utf8), data: data)
    }

    init(type: [UInt8], data: [UInt8]) {
      self.type = type
      self.data = data
    }
  }

  var chunks: [Chunk]

  static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  /// The chunks `chunks`.
  init(_ chunks: [Chunk]) {
    self.chunks = chunks
  }

  /// The whole chunks at the beginning of a file.
  init(of bytes: [UInt8]) {
    chunks = []
    var place = 8
    while place + 12 <= bytes.count {
      let length = bytes[place..<place + 4].reduce(0) { $0 << 8 | Int($1) }
      guard place + 12 + length <= bytes.count else { return }
      let start = place + 8
      chunks.append(
        Chunk(type: Array(bytes[place + 4..<start]), data: Array(bytes[start..<start + length])))
      place = start + length + 4
    }
  }

  /// The file.
  var bytes: [UInt8] {
    chunks.reduce(into: Self.signature) { file, chunk in
      let body = chunk.type + chunk.data
      file += Self.number(chunk.data.count) + body + Self.number(Int(Self.checksum(body)))
    }
  }

  /// Four bytes, the highest first.
  static func number(_ value: Int) -> [UInt8] {
    [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
  }

  /// CRC-32.
  private static func checksum(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
  }

  private static let table: [UInt32] = (0..<256).map { index in
    (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 0 ? value >> 1 : 0xEDB8_8320 ^ (value >> 1) }
  }

  /// Bytes as a zlib stream that does not compress, for at most 65,535 of them.
  static func stored(_ bytes: [UInt8]) -> [UInt8] {
    var (low, high) = (1, 0)
    for byte in bytes {
      low = (low + Int(byte)) % 65521
      high = (high + low) % 65521
    }
    let length = [UInt8(bytes.count & 255), UInt8(bytes.count >> 8 & 255)]
    return [0x78, 0x01, 0x01] + length + length.map { ~$0 } + bytes + number(high << 16 | low)
  }
}

/// Changes of a PNG file beneath its checksums.
enum PNGMutations {
  static let all: [Mutation] = [
    changeData, changeData, changeHeader, changeHeader, move, copy, remove, add, type, pixels,
  ]

  /// Changes the chunks, if there are any.
  private static func edit(
    _ bytes: inout [UInt8], _ body: (inout [PNGChunks.Chunk], Int) -> Void, _ place: Int
  ) {
    var file = PNGChunks(of: bytes)
    guard !file.chunks.isEmpty else { return }
    body(&file.chunks, place % file.chunks.count)
    bytes = file.bytes
  }

  private static func place(_ random: inout Philox) -> Int { Int.random(in: 0..<1000, using: &random) }

  private static let changeData: Mutation = { bytes, random in
    let place = place(&random)
    edit(&bytes, { ByteMutations.any(&$0[$1].data, &random) }, place)
  }

  private static let changeHeader: Mutation = { bytes, random in
    let (place, count) = (place(&random), bytes.count)
    edit(
      &bytes,
      { chunks, _ in
        guard chunks[0].data.count == 13 else { return }
        if place % 3 == 0 {
          let value = ByteMutations.edge(4, count, &random)
          ByteMutations.set(value, 4, bigEndian: true, at: place % 2 * 4, in: &chunks[0].data)
        } else {
          let values: [UInt8] = [0, 1, 2, 3, 4, 6, 8, 16, 255]
          chunks[0].data[8 + place % 5] = values.randomElement(using: &random) ?? 0
        }
      }, 0)
  }

  private static let move: Mutation = { bytes, random in
    let (from, to) = (place(&random), place(&random))
    edit(&bytes, { $0.swapAt($1, to % $0.count) }, from)
  }

  private static let copy: Mutation = { bytes, random in
    let (from, to) = (place(&random), place(&random))
    edit(&bytes, { $0.insert($0[$1], at: to % ($0.count + 1)) }, from)
  }

  private static let remove: Mutation = { bytes, random in
    let place = place(&random)
    edit(&bytes, { $0.remove(at: $1) }, place)
  }

  /// Adds a chunk that may change how others are read.
  private static let add: Mutation = { bytes, random in
    let chunks: [PNGChunks.Chunk] = [
      .init("gAMA", [0, 0, 0xb1, 0x8f]), .init("gAMA", [0, 1, 0x86, 0xa0]), .init("sRGB", [0]),
      .init("tRNS", [0, 0, 0, 1, 0, 2]), .init("tRNS", [0, 128]), .init("bKGD", [0, 3]),
      .init("sBIT", [5, 6, 5]), .init("tEXt", [65, 0, 66]), .init("eXIf", EXIF.bytes(orientation: 6)),
      .init("cHRM", [UInt8](repeating: 1, count: 32)), .init("iCCP", [65, 0, 0, 0x78, 0x9c]),
      .init("PLTE", [1, 2, 3, 4, 5, 6]), .init("IDAT", []), .init("IEND", []),
      .init("acTL", [0, 0, 0, 1, 0, 0, 0, 0]), .init("ABCD", [1]), .init("hIST", [0, 1]),
    ]
    let place = place(&random)
    guard let chunk = chunks.randomElement(using: &random) else { return }
    edit(&bytes, { $0.insert(chunk, at: $1) }, place)
  }

  private static let type: Mutation = { bytes, random in
    let place = place(&random)
    edit(&bytes, { $0[$1].type[place / 7 % 4] ^= 1 << UInt8.random(in: 0..<8, using: &random) }, place)
  }

  /// Gives the picture other samples and filters, as many as there are for a random size.
  private static let pixels: Mutation = { bytes, random in
    let count = Int.random(in: 0..<600, using: &random)
    let samples = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) & 7 }
    var file = PNGChunks(of: bytes)
    guard let place = file.chunks.firstIndex(where: { $0.type == Array("IDAT".utf8) }) else { return }
    file.chunks[place].data = PNGChunks.stored(samples)
    bytes = file.bytes
  }
}
