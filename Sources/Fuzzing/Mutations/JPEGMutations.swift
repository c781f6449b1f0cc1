import Autograd

/// Changes of a JPEG file that know its segments.
enum JPEGMutations {
  static let all: [Mutation] = [
    changeSegment, changeSegment, changeLength, changeFrame, changeFrame, swap, copy, remove, marker, rotate,
  ]

  /// A file in pieces, each from one marker (other than restarts and stuffed bytes) to the next.
  static func segments(of bytes: [UInt8]) -> [[UInt8]] {
    var starts = [0]
    var place = 2
    while place + 1 < bytes.count {
      let marker = bytes[place + 1]
      guard bytes[place] == 0xFF, marker != 0, marker != 0xFF, !(0xD0...0xD7).contains(marker) else {
        place += 1
        continue
      }
      starts.append(place)
      let hasLength = marker != 0xD9 && place + 3 < bytes.count
      place += hasLength ? max(2, 2 + Int(bytes[place + 2]) << 8 + Int(bytes[place + 3])) : 2
    }
    starts.append(bytes.count)
    return zip(starts, starts.dropFirst()).map { Array(bytes[$0..<max($0, $1)]) }
  }

  /// Changes the pieces behind the first, if there are any.
  private static func edit(_ bytes: inout [UInt8], _ place: Int, _ body: (inout [[UInt8]], Int) -> Void) {
    var pieces = segments(of: bytes)
    guard pieces.count > 1 else { return }
    body(&pieces, 1 + place % (pieces.count - 1))
    bytes = Array(pieces.joined())
  }

  private static func place(_ random: inout Philox) -> Int { Int.random(in: 0..<1000, using: &random) }

  private static let changeSegment: Mutation = { bytes, random in
    let place = place(&random)
    edit(&bytes, place) { ByteMutations.any(&$0[$1], &random) }
  }

  private static let changeLength: Mutation = { bytes, random in
    let (place, count) = (place(&random), bytes.count)
    edit(&bytes, place) { pieces, index in
      guard pieces[index].count >= 4 else { return }
      let value =
        Bool.random(using: &random)
        ? ByteMutations.edge(2, count, &random) : UInt64.random(in: 0..<40, using: &random)
      ByteMutations.set(value, 2, bigEndian: true, at: 2, in: &pieces[index])
    }
  }

  /// Changes a field of the frame's header: precision, height, width, components, or the kind of coding.
  private static let changeFrame: Mutation = { bytes, random in
    let field = place(&random)
    edit(&bytes, 0) { pieces, _ in
      let isFrame = { (piece: [UInt8]) in piece.count >= 12 && (0xC0...0xC2).contains(piece[1]) }
      guard let index = pieces.indices.filter({ isFrame(pieces[$0]) }).randomElement(using: &random) else {
        return
      }
      switch field % 6 {
      case 0: pieces[index][1] = UInt8.random(in: 0xC0...0xCF, using: &random)
      case 1, 2:
        let sizes: [UInt64] = [0, 1, 7, 8, 9, 15, 16, 17, 255, 4096, 16384, 65500, 65535]
        let value = sizes.randomElement(using: &random) ?? 0
        ByteMutations.set(value, 2, bigEndian: true, at: 5 + field % 2 * 2, in: &pieces[index])
      case 3 where field % 120 == 3:
        // A large picture that the file need not hold.
        let side = UInt64.random(in: 4000...16384, using: &random)
        for place in [5, 7] { ByteMutations.set(side, 2, bigEndian: true, at: place, in: &pieces[index]) }
      case 4: pieces[index][9] = UInt8.random(in: 0...5, using: &random)
      default:
        let place = Int.random(in: 4..<pieces[index].count, using: &random)
        pieces[index][place] = UInt8.random(in: 0...255, using: &random) & 0x77
      }
    }
  }

  private static let swap: Mutation = { bytes, random in
    let (from, to) = (place(&random), place(&random))
    edit(&bytes, from) { $0.swapAt($1, to % $0.count) }
  }

  /// Repeats a segment, a scan among them, once or very often.
  private static let copy: Mutation = { bytes, random in
    let place = place(&random)
    let times = [1, 1, 1, 2, 100, 2000].randomElement(using: &random) ?? 1
    edit(&bytes, place) { pieces, index in
      pieces.insert(contentsOf: repeatElement(pieces[index], count: times), at: index)
    }
  }

  private static let remove: Mutation = { bytes, random in
    let place = place(&random)
    edit(&bytes, place) { $0.remove(at: $1) }
  }

  private static let marker: Mutation = { bytes, random in
    let place = place(&random)
    let value = UInt8.random(in: 0xC0...0xFE, using: &random)
    edit(&bytes, place) { pieces, index in if pieces[index].count > 1 { pieces[index][1] = value } }
  }

  /// Puts an EXIF block with a damaged or an odd orientation before everything else.
  private static let rotate: Mutation = { bytes, random in
    var block = EXIF.bytes(
      orientation: UInt16.random(in: 0...9, using: &random), isBigEndian: Bool.random(using: &random))
    if Bool.random(using: &random) { ByteMutations.any(&block, &random) }
    edit(&bytes, 0) { pieces, _ in pieces.insert(EXIF.segment(block), at: 1) }
  }
}

/// The EXIF block of a picture that says which way is up.
enum EXIF {
  /// A TIFF header with one directory of one entry, the orientation.
  static func bytes(orientation: UInt16, isBigEndian: Bool = false) -> [UInt8] {
    let (high, low) = (UInt8(orientation >> 8), UInt8(orientation & 255))
    return isBigEndian
      ? [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, high, low, 0, 0, 0, 0, 0, 0]
      : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, low, high, 0, 0, 0, 0, 0, 0]
  }

  /// The segment of a JPEG file that holds `block`.
  static func segment(_ block: [UInt8]) -> [UInt8] {
    let length = block.count + 8
    return [0xFF, 0xE1, UInt8(length >> 8 & 255), UInt8(length & 255)] + Array("Exif\0\0".utf8) + block
  }
}
