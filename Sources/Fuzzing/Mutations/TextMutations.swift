import Autograd

/// Changes of text, whatever its format.
enum TextMutations {
  /// Those for a format with words of its own.
  static func all(_ words: [String]) -> [Mutation] {
    [
      number, number, lines, lines, tokens(words), tokens(words), tokens(words), tokens(odd), encoding,
      deep(words),
    ]
  }

  /// Characters that programs stumble over.
  private static let odd = [
    "\0", "\u{1B}[31m", "\u{202E}", "\u{2028}", "\u{85}", "\u{FEFF}", "\u{FFFE}", "e\u{301}",
    "\u{1F469}\u{200D}\u{1F4BB}",
    "\r", "\r\n", "\n\n", "\t", "\u{A0}", "\u{3000}", "%s%n", "/", "..", "../../x",
    String(repeating: "a", count: 5000),
    "\u{10FFFF}", "'", "\"", "\\", "#", "nan", "inf", "-0", "0x10", "1_000", "١",
  ]

  /// Puts one of `words` somewhere, often at the beginning or the end of another word.
  static func tokens(_ words: [String]) -> Mutation {
    { bytes, random in
      let word = Array((words.randomElement(using: &random) ?? "").utf8)
      var place = Int.random(in: 0...bytes.count, using: &random)
      if Bool.random(using: &random) {
        let isEdge = { (byte: UInt8) in byte < 48 || (58...64).contains(byte) || byte > 122 }
        place = bytes[place...].firstIndex(where: isEdge) ?? bytes.count
      }
      let end = Bool.random(using: &random) ? place : min(bytes.count, place + word.count)
      bytes.replaceSubrange(place..<end, with: word)
    }
  }

  /// Writes another number in the place of one.
  static let number: Mutation = { bytes, random in
    let isDigit = { (byte: UInt8) in (48...57).contains(byte) }
    let starts = bytes.indices.filter { isDigit(bytes[$0]) && ($0 == 0 || !isDigit(bytes[$0 - 1])) }
    guard let start = starts.randomElement(using: &random) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    bytes.replaceSubrange(start..<end, with: Array((numbers.randomElement(using: &random) ?? "").utf8))
  }

  private static let numbers = [
    "0", "1", "-1", "2", "3", "4", "8", "16", "255", "256", "65536", "2147483647", "2147483648", "4294967296",
    "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551616", "1e400",
    "-1e400",
    "1e-400", "0.5", "1.5", "1e9", "nan", ".inf", "Infinity", "-0", "00", "0x7f", "1_0",
    "123456789012345678901234567890",
  ]

  /// Removes, repeats or moves lines, or changes how they end.
  private static let lines: Mutation = { bytes, random in
    var lines = bytes.split(separator: 10, omittingEmptySubsequences: false).map(Array.init)
    let (first, second) = (
      Int.random(in: 0..<lines.count, using: &random), Int.random(in: 0..<lines.count, using: &random)
    )
    var ending: [UInt8] = [10]
    switch Int.random(in: 0..<6, using: &random) {
    case 0: lines.remove(at: first)
    case 1: lines.insert(lines[first], at: second)
    case 2: lines.swapAt(first, second)
    case 3: lines[first] = Array(repeatElement(UInt8(32), count: 1 + second % 8)) + lines[first]
    case 4: lines[first] = Array(lines[first].drop { $0 == 32 })
    default: ending = Bool.random(using: &random) ? [13, 10] : [13]
    }
    bytes = Array(lines.joined(separator: ending))
  }

  /// Writes the text in UTF-16, with a mark of byte order, or with bytes that no text has.
  private static let encoding: Mutation = { bytes, random in
    let wrong: [[UInt8]] = [
      [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5], [0xFF], [0xE2, 0x82], [0xF0, 0x9F], [0x80], [0xC3],
    ]
    let place = Int.random(in: 0...bytes.count, using: &random)
    switch Int.random(in: 0..<5, using: &random) {
    case 0: bytes = [0xEF, 0xBB, 0xBF] + bytes
    case 1: bytes = [0xFF, 0xFE] + bytes.flatMap { [$0, 0] }
    case 2: bytes = [0xFE, 0xFF] + bytes.flatMap { [0, $0] }
    default: bytes.insert(contentsOf: wrong.randomElement(using: &random) ?? [], at: place)
    }
  }

  /// Repeats one of `words` very often.
  private static func deep(_ words: [String]) -> Mutation {
    { bytes, random in
      let word = Array((words.randomElement(using: &random) ?? "").utf8)
      let count = [3, 50, 600, 20_000].randomElement(using: &random) ?? 3
      let part = Array(repeatElement(word, count: min(count, 100_000 / max(word.count, 1))).joined())
      bytes.insert(contentsOf: part, at: Int.random(in: 0...bytes.count, using: &random))
    }
  }

  /// Writes `new` in the place of the first `old`.
  static func replace(_ old: String, by new: String, in bytes: inout [UInt8]) {
    let pattern = Array(old.utf8)
    guard bytes.count >= pattern.count else { return }
    let place = (0...bytes.count - pattern.count).first { bytes[$0...].starts(with: pattern) }
    if let place { bytes.replaceSubrange(place..<place + pattern.count, with: Array(new.utf8)) }
  }
}
