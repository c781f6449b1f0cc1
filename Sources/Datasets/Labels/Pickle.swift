/// The values of a Python pickle, protocols 2 to 4, as far as arrays and dictionaries of them need.
///
/// Nothing is executed: calls and classes stay names with their arguments, for the reader to recognise.
enum Pickle {
  case none
  case bool(Bool)
  case int(Int)
  case text(String)
  case bytes(ArraySlice<UInt8>)
  case tuple([Pickle])
  case name(String)
  case mark
  case object(Object)

  /// A value that later instructions may complete: a list, a dictionary, or the result of a call.
  final class Object {
    let function: String
    let arguments: [Pickle]
    var items: [Pickle] = []
    var state: Pickle = .none
    /// How many values lie in each other here.
    fileprivate var depth = 1

    init(_ function: String, _ arguments: [Pickle] = []) {
      self.function = function
      self.arguments = arguments
    }
  }

  /// What is wrong with the bytes.
  struct Malformed: Error {
    let reason: String
  }

  /// Reads one pickle.
  static func parse(_ bytes: ArraySlice<UInt8>) throws(Malformed) -> Pickle {
    var reader = PickleReader(bytes)
    return try reader.value()
  }
}

/// The stack machine that a pickle is a program for.
private struct PickleReader {
  private var bytes: ArraySlice<UInt8>
  /// Values with the number of values that lie in each other in them.
  private var stack: [(value: Pickle, depth: Int)] = []
  private var memo: [Int: (value: Pickle, depth: Int)] = [:]
  /// The deepest nesting that is read; arrays in a dictionary need less than 10.
  private static let depthLimit = 64

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  mutating func value() throws(Pickle.Malformed) -> Pickle {
    while true {
      let code = try take(1).first ?? 0
      if code == UInt8(ascii: ".") { return try pop().value }
      if try literal(code) { continue }
      if try remembered(code) { continue }
      try composed(code)
    }
  }

  /// Instructions that push a constant.
  private mutating func literal(_ code: UInt8) throws(Pickle.Malformed) -> Bool {
    switch code {
    case 0x80: _ = try take(1)
    case 0x95: _ = try take(8)
    case UInt8(ascii: "("): push(.mark)
    case UInt8(ascii: "N"): push(.none)
    case 0x88: push(.bool(true))
    case 0x89: push(.bool(false))
    case UInt8(ascii: "K"): push(.int(try integer(1)))
    case UInt8(ascii: "M"): push(.int(try integer(2)))
    case UInt8(ascii: "J"): push(.int(Int(Int32(truncatingIfNeeded: try integer(4)))))
    case 0x8a: push(.int(try longInteger()))
    case UInt8(ascii: "C"): push(.bytes(try take(try integer(1))))
    case UInt8(ascii: "B"): push(.bytes(try take(try integer(4))))
    case 0x8c: push(.text(try text(try integer(1))))
    case UInt8(ascii: "X"): push(.text(try text(try integer(4))))
    case UInt8(ascii: ")"): push(.tuple([]))
    case UInt8(ascii: "]"): push(.object(.init("list")))
    case UInt8(ascii: "}"): push(.object(.init("dict")))
    case UInt8(ascii: "c"): push(.name(try line() + "." + line()))
    default: return false
    }
    return true
  }

  /// Instructions that store a value for later or fetch one.
  private mutating func remembered(_ code: UInt8) throws(Pickle.Malformed) -> Bool {
    switch code {
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "q"): memo[try integer(1)] = try top()
    case UInt8(ascii: "r"): memo[try integer(4)] = try top()
    case UInt8(ascii: "h"): stack.append(try recall(try integer(1)))
    case UInt8(ascii: "j"): stack.append(try recall(try integer(4)))
    default: return false
    }
    return true
  }

  /// Instructions that build a value from those on the stack.
  private mutating func composed(_ code: UInt8) throws(Pickle.Malformed) {
    switch code {
    case 0x93:
      guard case .text(let name) = try pop().value, case .text(let module) = try pop().value else {
        throw wrong("a name")
      }
      push(.name(module + "." + name))
    case UInt8(ascii: "t"): try pushTuple(popToMark())
    case 0x85, 0x86, 0x87:
      var members: [(value: Pickle, depth: Int)] = []
      for _ in 0..<Int(code - 0x84) { members.insert(try pop(), at: 0) }
      try pushTuple(members)
    case UInt8(ascii: "R"):
      let call = try pop()
      guard case .tuple(let arguments) = call.value, case .name(let name) = try pop().value else {
        throw wrong("a call")
      }
      push(.object(.init(name, arguments)), depth: try deeper(call.depth))
    case UInt8(ascii: "b"):
      let state = try pop()
      try object(holding: [state]).state = state.value
    case UInt8(ascii: "s"), UInt8(ascii: "a"):
      var members: [(value: Pickle, depth: Int)] = []
      for _ in 0..<(code == UInt8(ascii: "s") ? 2 : 1) { members.insert(try pop(), at: 0) }
      try object(holding: members).items += members.map(\.value)
    case UInt8(ascii: "u"), UInt8(ascii: "e"):
      let members = try popToMark()
      try object(holding: members).items += members.map(\.value)
    default: throw Pickle.Malformed(reason: "unknown pickle instruction \(code)")
    }
  }

  private func wrong(_ what: String) -> Pickle.Malformed { .init(reason: "damaged pickle: no \(what)") }

  private mutating func take(_ count: Int) throws(Pickle.Malformed) -> ArraySlice<UInt8> {
    guard bytes.count >= count else { throw .init(reason: "the file ends early") }
    defer { bytes = bytes.dropFirst(count) }
    return bytes.prefix(count)
  }

  private mutating func integer(_ width: Int) throws(Pickle.Malformed) -> Int {
    try take(width).reversed().reduce(0) { $0 << 8 | Int($1) }
  }

  private mutating func text(_ count: Int) throws(Pickle.Malformed) -> String {
    String(decoding: try take(count), as: UTF8.self)
  }

  private mutating func line() throws(Pickle.Malformed) -> String {
    guard let end = bytes.firstIndex(of: 10) else { throw .init(reason: "the file ends early") }
    let text = String(decoding: bytes[bytes.startIndex..<end], as: UTF8.self)
    bytes = bytes[(end + 1)...]
    return text
  }

  /// An integer of so many bytes as it says itself, little-endian with a sign.
  private mutating func longInteger() throws(Pickle.Malformed) -> Int {
    let bytes = try take(try integer(1))
    guard bytes.count <= 8 else { throw .init(reason: "an integer of more than 8 bytes") }
    let isNegative = (bytes.last ?? 0) > 127
    return bytes.reversed().reduce(isNegative ? -1 : 0) { $0 << 8 | Int($1) }
  }

  private mutating func push(_ value: Pickle, depth: Int = 1) {
    if case .object(let object) = value { object.depth = max(object.depth, depth) }
    stack.append((value, depth))
  }

  private mutating func pushTuple(_ members: [(value: Pickle, depth: Int)]) throws(Pickle.Malformed) {
    push(.tuple(members.map(\.value)), depth: try deeper(members.map(Self.depth).max() ?? 0))
  }

  /// The depth of what holds a value of this depth.
  private func deeper(_ depth: Int) throws(Pickle.Malformed) -> Int {
    guard depth < Self.depthLimit else {
      throw .init(reason: "its values are nested more than \(Self.depthLimit) deep")
    }
    return depth + 1
  }

  /// An object may have grown since it was pushed.
  private static func depth(_ entry: (value: Pickle, depth: Int)) -> Int {
    if case .object(let object) = entry.value { return object.depth }
    return entry.depth
  }

  private mutating func pop() throws(Pickle.Malformed) -> (value: Pickle, depth: Int) {
    guard let entry = stack.popLast() else { throw wrong("value") }
    return (entry.value, Self.depth(entry))
  }

  private func top() throws(Pickle.Malformed) -> (value: Pickle, depth: Int) {
    guard let entry = stack.last else { throw wrong("value") }
    return entry
  }

  /// The object on top, which is to hold these values.
  private func object(holding members: [(value: Pickle, depth: Int)]) throws(Pickle.Malformed)
    -> Pickle.Object
  {
    guard case .object(let object) = try top().value else { throw wrong("object") }
    object.depth = max(object.depth, try deeper(members.map(Self.depth).max() ?? 0))
    return object
  }

  private func recall(_ key: Int) throws(Pickle.Malformed) -> (value: Pickle, depth: Int) {
    guard let entry = memo[key] else { throw wrong("stored value") }
    return entry
  }

  private mutating func popToMark() throws(Pickle.Malformed) -> [(value: Pickle, depth: Int)] {
    var members: [(value: Pickle, depth: Int)] = []
    while true {
      let entry = try pop()
      if case .mark = entry.value { return members.reversed() }
      members.append(entry)
    }
  }
}
