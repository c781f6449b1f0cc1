/// A JSON value; objects keep the order of their keys, numbers keep their digits.
public enum JSON: Sendable, Equatable {
  /// No value.
  case null
  /// True or false.
  case bool(Bool)
  /// A number as it is written.
  case number(String)
  /// A text.
  case text(String)
  /// An array.
  case list([JSON])
  /// Members, each with a key of its own.
  case object([Member])

  /// A key of an object with its value.
  public struct Member: Sendable, Equatable {
    /// The key.
    public var key: String
    /// The value.
    public var value: JSON

    /// A key with its value.
    public init(_ key: String, _ value: JSON) {
      self.key = key
      self.value = value
    }
  }

  /// The shortest digits that read back as `value`; `null` if it is absent or not finite.
  public init(_ value: Double?) {
    self = value.flatMap { $0.isFinite ? .number($0.description) : nil } ?? .null
  }

  /// The shortest digits that read back as `value`; `null` if it is not finite.
  public init(_ value: Float) {
    self = value.isFinite ? .number(value.description) : .null
  }

  /// A whole number.
  public init(_ value: Int) { self = .number(value.description) }

  /// The value of `key` in an object.
  public subscript(key: String) -> JSON? {
    get {
      guard case .object(let members) = self else { return nil }
      return members.first { $0.key == key }?.value
    }
    set {
      var members: [Member] = []
      if case .object(let existing) = self { members = existing }
      let index = members.firstIndex { $0.key == key }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(key, value))
      case (nil, nil): return
      }
      self = .object(members)
    }
  }

  /// The value as a number.
  public var double: Double? {
    if case .number(let digits) = self { Double(digits) } else { nil }
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByNilLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral
{
  public init(stringLiteral value: String) { self = .text(value) }
  public init(integerLiteral value: Int) { self.init(value) }
  public init(floatLiteral value: Double) { self.init(value) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(nilLiteral: ()) { self = .null }
  public init(arrayLiteral elements: JSON...) { self = .list(elements) }
  public init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}

extension JSON {
  /// The value in one line.
  public var compact: String {
    switch self {
    case .list(let elements): "[" + elements.map(\.compact).joined(separator: ",") + "]"
    case .object(let members):
      "{" + members.map { "\(Self.quoted($0.key)):\($0.value.compact)" }.joined(separator: ",") + "}"
    default: scalar
    }
  }

  /// The value with one member of an object per line, two spaces per level; lists of scalars stay in one
  /// line.
  public func pretty(indentation: String = "") -> String {
    let inner = indentation + "  "
    switch self {
    case .object(let members) where !members.isEmpty:
      let lines = members.map { "\(inner)\(Self.quoted($0.key)): \($0.value.pretty(indentation: inner))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    case .list(let elements) where elements.contains(where: \.isNested):
      let lines = elements.map { inner + $0.pretty(indentation: inner) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(indentation)]"
    case .list(let elements): return "[" + elements.map(\.compact).joined(separator: ", ") + "]"
    default: return compact
    }
  }

  private var isNested: Bool {
    switch self {
    case .list, .object: true
    default: false
    }
  }

  private var scalar: String {
    switch self {
    case .bool(let value): value ? "true" : "false"
    case .number(let digits): digits
    case .text(let text): Self.quoted(text)
    default: "null"
    }
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\r": result += "\\r"
      case "\t": result += "\\t"
      case "\u{8}": result += "\\b"
      case "\u{c}": result += "\\f"
      case _ where scalar.isHidden:
        for unit in String(scalar).utf16 {
          let digits = String(unit, radix: 16)
          result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSON {
  /// Why a text is not JSON.
  public struct SyntaxError: Error, Sendable, Equatable {
    /// The line, from 1, where something else stands.
    public let line: Int
    /// What was expected there.
    public let expected: String
  }

  /// How many levels of lists and objects a text may have; every file of a run has at most six.
  public static let depthLimit = 100

  /// The value of a whole text, with the order of keys and the digits of numbers as they are written.
  ///
  /// - Throws: `JSON.SyntaxError` at the first character that does not fit.
  public init(parsing text: String) throws(SyntaxError) {
    self = try JSONParser.value(of: text)
  }
}

/// Walks over the bytes of a text.
private struct JSONParser {
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  private init(_ text: String) {
    bytes = Array(text.utf8)
  }

  /// The value of a whole text.
  static func value(of text: String) throws(JSON.SyntaxError) -> JSON {
    var parser = JSONParser(text)
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == parser.bytes.count else { throw parser.failure("the end of the file") }
    return value
  }

  private mutating func value() throws(JSON.SyntaxError) -> JSON {
    skipSpace()
    switch next {
    case UInt8(ascii: "{"): return try nested { parser throws(JSON.SyntaxError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSON.SyntaxError) in try parser.list() }
    case UInt8(ascii: "\""): return .text(try string())
    case UInt8(ascii: "t"): return try word("true", .bool(true))
    case UInt8(ascii: "f"): return try word("false", .bool(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  /// One level deeper, so that no text overflows the stack.
  private mutating func nested(
    _ body: (inout JSONParser) throws(JSON.SyntaxError) -> JSON
  ) throws(JSON.SyntaxError) -> JSON {
    guard depth < JSON.depthLimit else { throw failure("at most \(JSON.depthLimit) levels") }
    depth += 1
    defer { depth -= 1 }
    return try body(&self)
  }

  private mutating func object() throws(JSON.SyntaxError) -> JSON {
    position += 1
    var members: [JSON.Member] = []
    var keys: Set<String> = []
    if take("}") { return .object([]) }
    repeat {
      skipSpace()
      guard next == UInt8(ascii: "\"") else { throw failure("a key in quotes") }
      let start = position
      let key = try string()
      guard keys.insert(key).inserted else {
        position = start
        throw failure("each key once")
      }
      guard take(":") else { throw failure("\":\"") }
      members.append(JSON.Member(key, try value()))
    } while take(",")
    guard take("}") else { throw failure("\",\" or \"}\"") }
    return .object(members)
  }

  private mutating func list() throws(JSON.SyntaxError) -> JSON {
    position += 1
    var elements: [JSON] = []
    if take("]") { return .list([]) }
    repeat { elements.append(try value()) } while take(",")
    guard take("]") else { throw failure("\",\" or \"]\"") }
    return .list(elements)
  }

  private mutating func word(_ text: String, _ value: JSON) throws(JSON.SyntaxError) -> JSON {
    guard bytes[position...].starts(with: text.utf8) else { throw failure(text) }
    position += text.utf8.count
    return value
  }

  private mutating func number() throws(JSON.SyntaxError) -> JSON {
    let start = position
    while let byte = next, "+-.0123456789eE".utf8.contains(byte) { position += 1 }
    let digits = String(decoding: bytes[start..<position], as: UTF8.self)
    guard Double(digits) != nil else {
      position = start
      throw failure("a value")
    }
    return .number(digits)
  }

  private mutating func string() throws(JSON.SyntaxError) -> String {
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

  private mutating func escape() throws(JSON.SyntaxError) -> [UInt8] {
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

  private mutating func codeUnit() throws(JSON.SyntaxError) -> UInt16 {
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

  private func failure(_ expected: String) -> JSON.SyntaxError {
    JSON.SyntaxError(
      line: bytes[..<min(position, bytes.count)].count { $0 == 10 } + 1, expected: expected)
  }
}
