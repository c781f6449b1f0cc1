/// Text to JSON values with the order of keys and the digits of numbers as they are written.
struct JSONParser {
  /// What was expected, and the line, counted from 1, where something else stands.
  struct Failure: Error {
    var line: Int
    var expected: String
  }

  private let bytes: [UInt8]
  private var position = 0

  private init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The value of a whole text.
  static func value(of text: String) throws(Failure) -> JSON {
    var parser = JSONParser(text)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == parser.bytes.count else { throw parser.failure("the end of the file") }
    return value
  }

  private mutating func value() throws(Failure) -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try object()
    case UInt8(ascii: "["): return try list()
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func object() throws(Failure) -> JSON {
    position += 1
    var members: [JSON.Member] = []
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
      let key = try string()
      guard take(":") else { throw failure("\":\"") }
      members.append(JSON.Member(key, try value()))
    } while take(",")
    guard take("}") else { throw failure("\",\" or \"}\"") }
    return .object(members)
  }

  private mutating func list() throws(Failure) -> JSON {
    position += 1
    var elements: [JSON] = []
    if take("]") { return .list([]) }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw failure("\",\" or \"]\"") }
    return .list(elements)
  }

  private mutating func word(_ text: String, _ value: JSON) throws(Failure) -> JSON {
    guard bytes[position...].starts(with: text.utf8) else { throw failure(text) }
    position += text.utf8.count
    return value
  }

  private mutating func number() throws(Failure) -> JSON {
    let start = position
    while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard Double(digits) != nil else {
      position = start
      throw failure("a value")
    }
    return .number(digits)
  }

  private mutating func string() throws(Failure) -> String {
    position += 1
    var text: [UInt8] = []
    while let byte = next, byte != UInt8(ascii: "\"") {
      position += 1
      if byte == UInt8(ascii: "\\") { text += try escape() } else { text.append(byte) }
    }
    guard next != nil else { throw failure("a closing quote") }
    position += 1
    return String(decoding: text, as: UTF8.self)
  }

  private mutating func escape() throws(Failure) -> [UInt8] {
    guard let byte = next else { throw failure("a character after \"\\\"") }
    position += 1
    switch byte {
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "u"):
      var units = [try codeUnit()]
      if UTF16.isLeadSurrogate(units[0]), bytes[position...].starts(with: "\\u".utf8) {
        position += 2
        units.append(try codeUnit())
      }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default: return [byte]
    }
  }

  private mutating func codeUnit() throws(Failure) -> UInt16 {
    let digits = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
    guard digits.utf8.count == 4, let unit = UInt16(digits, radix: 16) else {
      throw failure("four hex digits")
    }
    position += 4
    return unit
  }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while let byte = next, byte == 32 || (9...13).contains(byte) { position += 1 }
  }

  private mutating func take(_ character: Character) -> Bool {
    skipSpace()
    guard next == character.asciiValue else { return false }
    position += 1
    return true
  }

  private func failure(_ expected: String) -> Failure {
    Failure(line: bytes[..<min(position, bytes.count)].count { $0 == 10 } + 1, expected: expected)
  }
}

extension JSON {
  public init(parsing text: String) throws { self = try JSONParser.value(of: text) }
}
