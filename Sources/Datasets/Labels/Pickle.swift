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
  private var stack: [Pickle] = []
  private var memo: [Int: Pickle] = [:]

  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  mutating func value() throws(Pickle.Malformed) -> Pickle {
    while true {
      let code = try take(1).first ?? 0
      if code == UInt8(ascii: ".") { return try pop() }
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
    case UInt8(ascii: "("): stack.append(.mark)
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "K"): stack.append(.int(try integer(1)))
    case UInt8(ascii: "M"): stack.append(.int(try integer(2)))
    case UInt8(ascii: "J"): stack.append(.int(Int(Int32(truncatingIfNeeded: try integer(4)))))
    case UInt8(ascii: "C"): stack.append(.bytes(try take(try integer(1))))
    case UInt8(ascii: "B"): stack.append(.bytes(try take(try integer(4))))
    case 0x8c: stack.append(.text(try text(try integer(1))))
    case UInt8(ascii: "X"): stack.append(.text(try text(try integer(4))))
    case UInt8(ascii: ")"): stack.append(.tuple([]))
    case UInt8(ascii: "]"): stack.append(.object(.init("list")))
    case UInt8(ascii: "}"): stack.append(.object(.init("dict")))
    case UInt8(ascii: "c"): stack.append(.name(try line() + "." + line()))
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
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw wrong("a name")
      }
      stack.append(.name(module + "." + name))
    case UInt8(ascii: "t"): stack.append(.tuple(try popToMark()))
    case 0x85, 0x86, 0x87:
      var members: [Pickle] = []
      for _ in 0..<Int(code - 0x84) { members.insert(try pop(), at: 0) }
      stack.append(.tuple(members))
    case UInt8(ascii: "R"):
      guard case .tuple(let arguments) = try pop(), case .name(let name) = try pop() else {
        throw wrong("a call")
      }
      stack.append(.object(.init(name, arguments)))
    case UInt8(ascii: "b"):
      let state = try pop()
      try object().state = state
    case UInt8(ascii: "s"), UInt8(ascii: "a"):
      var members: [Pickle] = []
      for _ in 0..<(code == UInt8(ascii: "s") ? 2 : 1) { members.insert(try pop(), at: 0) }
      try object().items += members
    case UInt8(ascii: "u"), UInt8(ascii: "e"):
      let members = try popToMark()
      try object().items += members
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

  private mutating func pop() throws(Pickle.Malformed) -> Pickle {
    guard let value = stack.popLast() else { throw wrong("value") }
    return value
  }

  private func top() throws(Pickle.Malformed) -> Pickle {
    guard let value = stack.last else { throw wrong("value") }
    return value
  }

  private func object() throws(Pickle.Malformed) -> Pickle.Object {
    guard case .object(let object) = try top() else { throw wrong("object") }
    return object
  }

  private func recall(_ key: Int) throws(Pickle.Malformed) -> Pickle {
    guard let value = memo[key] else { throw wrong("stored value") }
    return value
  }

  private mutating func popToMark() throws(Pickle.Malformed) -> [Pickle] {
    var members: [Pickle] = []
    while true {
      let value = try pop()
      if case .mark = value { return members.reversed() }
      members.append(value)
    }
  }
}
