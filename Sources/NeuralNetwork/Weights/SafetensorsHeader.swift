import Files

/// The header of a safetensors file, read in one pass without a tree of its values.
///
/// Memory grows with the number of tensors alone. What is refused is what the reference implementation
/// refuses: text that is not a JSON object, metadata that is not text, and names that stand twice.
struct SafetensorsHeader {
  private(set) var entries: [String: SafetensorsReader.Entry] = [:]
  private(set) var metadata: [String: String] = [:]
  private let path: String
  private var hasMetadata = false

  /// Reads the bytes of the header of the file at `path`.
  ///
  /// - Throws: `WeightFileError`.
  init(_ bytes: UnsafeRawBufferPointer, path: String) throws(WeightFileError) {
    self.path = path
    var cursor = HeaderCursor(bytes)
    guard cursor.take("{") else { throw malformed }
    if !cursor.take("}") {
      repeat { try readMember(&cursor) } while cursor.take(",")
      guard cursor.take("}") else { throw malformed }
    }
    guard cursor.isAtEnd else { throw malformed }
  }

  private var malformed: WeightFileError {
    .badHeader(path: path, reason: "the header is not a JSON object")
  }

  private mutating func readMember(_ cursor: inout HeaderCursor) throws(WeightFileError) {
    guard let name = cursor.string(), cursor.take(":") else { throw malformed }
    guard name != "__metadata__" else { return try readMetadata(&cursor) }
    let entry = try readEntry(name, &cursor)
    guard entries.updateValue(entry, forKey: name) == nil else {
      throw .badHeader(path: path, reason: "two tensors are called \(WeightFileError.short(name))")
    }
  }

  private mutating func readMetadata(_ cursor: inout HeaderCursor) throws(WeightFileError) {
    guard !hasMetadata else { throw .badHeader(path: path, reason: "it holds __metadata__ twice") }
    hasMetadata = true
    if cursor.word("null") { return }
    let wrong = WeightFileError.badHeader(path: path, reason: "__metadata__ is not an object of texts")
    guard cursor.take("{") else { throw wrong }
    if cursor.take("}") { return }
    repeat {
      guard let key = cursor.string(), cursor.take(":"), let value = cursor.string() else { throw wrong }
      metadata[key] = value
    } while cursor.take(",")
    guard cursor.take("}") else { throw wrong }
  }

  private func readEntry(
    _ name: String, _ cursor: inout HeaderCursor
  ) throws(WeightFileError) -> SafetensorsReader.Entry {
    var type: String?
    var (extents, offsets): ([Int]?, [Int]?)
    if cursor.take("{"), !cursor.take("}") {
      repeat {
        guard let key = cursor.string(), cursor.take(":") else { throw malformed }
        switch key {
        case "dtype": type = cursor.string()
        case "shape": extents = cursor.integers()
        case "data_offsets": offsets = cursor.integers()
        default: guard cursor.skipValue() else { throw malformed }
        }
      } while cursor.take(",")
      guard cursor.take("}") || type == nil || extents == nil || offsets == nil else { throw malformed }
    }
    guard let type, let extents, let offsets else {
      throw .badHeader(
        path: path, reason: "the entry of \(WeightFileError.short(name)) lacks dtype, shape or data_offsets")
    }
    return try .init(name, type: type, shape: extents, offsets: offsets, path: path)
  }
}

/// A place in the text of a header.
private struct HeaderCursor {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0
  /// The objects and lists inside each other that are walked through; the reference implementation's limit.
  private static let deepest = 127

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// Whether only space is left.
  var isAtEnd: Bool {
    mutating get {
      skipSpace()
      return position == bytes.count
    }
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0a, 0x0d, 0x09].contains(bytes[position]) { position += 1 }
  }

  private mutating func peek() -> UInt8? {
    skipSpace()
    return position < bytes.count ? bytes[position] : nil
  }

  /// Steps over `character` if it is next.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  /// Steps over `text` if it is next.
  mutating func word(_ text: StaticString) -> Bool {
    skipSpace()
    let end = position + text.utf8CodeUnitCount
    guard end <= bytes.count, text.withUTF8Buffer({ $0.elementsEqual(bytes[position..<end]) }) else {
      return false
    }
    position = end
    return true
  }

  /// A text in quotes; `nil` if none is next, or it is not UTF-8.
  mutating func string() -> String? {
    guard take("\"") else { return nil }
    let start = position
    var hasEscape = false
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      if bytes[position] == UInt8(ascii: "\\") {
        hasEscape = true
        position += 1
      }
      position += 1
    }
    guard position < bytes.count else { return nil }
    defer { position += 1 }
    guard let text = String(validating: bytes[start..<position], as: UTF8.self), hasEscape else {
      return String(validating: bytes[start..<position], as: UTF8.self)
    }
    if case .text(let unescaped)? = try? JSON(parsing: "\"\(text)\"") { return unescaped }
    return nil
  }

  /// A list of whole numbers; `nil` if none is next.
  mutating func integers() -> [Int]? {
    guard take("[") else { return nil }
    var values: [Int] = []
    if take("]") { return values }
    repeat {
      guard let value = integer() else { return nil }
      values.append(value)
    } while take(",")
    return take("]") ? values : nil
  }

  private mutating func integer() -> Int? {
    let isNegative = take("-")
    guard let first = peek(), (0x30...0x39).contains(first) else { return nil }
    var value = 0
    while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(Int(bytes[position] - 0x30))
      guard !overflow, !carry else { return nil }
      value = sum
      position += 1
    }
    return isNegative ? -value : value
  }

  /// Steps over any value; whether there was one.
  mutating func skipValue(depth: Int = 0) -> Bool {
    guard depth <= Self.deepest, let first = peek() else { return false }
    switch first {
    case UInt8(ascii: "\""): return string() != nil
    case UInt8(ascii: "["): return skipList(closing: "]", depth) { $0.skipValue(depth: depth + 1) }
    case UInt8(ascii: "{"):
      return skipList(closing: "}", depth) {
        $0.string() != nil && $0.take(":") && $0.skipValue(depth: depth + 1)
      }
    default:
      if word("true") || word("false") || word("null") { return true }
      let start = position
      while position < bytes.count, "+-.0123456789eE".utf8.contains(bytes[position]) { position += 1 }
      return position > start
    }
  }

  private mutating func skipList(
    closing: Unicode.Scalar, _ depth: Int, _ skipElement: (inout Self) -> Bool
  ) -> Bool {
    position += 1
    if take(closing) { return true }
    repeat { guard skipElement(&self) else { return false } } while take(",")
    return take(closing)
  }
}
