import Foundation

/// A table of one-hot labels as NumPy saves a dictionary `{image name: array of 0 and 1}`: the
/// `cls_labels_onehot.npy` of ToCo and others.
///
/// Such a file holds a pickle; it is read as data, and nothing in it is executed.
struct OneHotTable {
  /// For each image the indices of the classes that are 1, and the length of its array.
  let rows: [String: (labels: [Int], count: Int)]

  /// Reads a table.
  init(path: String) throws(DatasetError) {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw .unreadable(path: path, reason: "no such file or no permission")
    }
    do {
      rows = try Self.parse([UInt8](data))
    } catch {
      throw .labelArray(path: path, reason: error.reason)
    }
  }

  private static func parse(_ bytes: [UInt8]) throws(Pickle.Malformed) -> [String: (
    labels: [Int], count: Int
  )] {
    guard bytes.starts(with: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]), bytes.count > 12 else {
      throw .init(reason: "not written by numpy.save")
    }
    let wide = bytes[6] > 1
    let length = (wide ? bytes[8..<12] : bytes[8..<10]).reversed().reduce(0) { $0 << 8 | Int($1) }
    let start = (wide ? 12 : 10) + length
    guard bytes.count > start else { throw .init(reason: "the file ends early") }
    guard String(decoding: bytes[..<start], as: UTF8.self).contains("|O") else {
      throw .init(reason: "a plain array, which does not say which row belongs to which image")
    }
    guard case .object(let array) = try Pickle.parse(bytes[start...]),
      case .tuple(let state) = array.state, state.count == 5, case .object(let list) = state[4],
      case .object(let dictionary)? = list.items.first, dictionary.function == "dict"
    else { throw .init(reason: "it holds no dictionary") }
    var rows: [String: (labels: [Int], count: Int)] = [:]
    for index in stride(from: 0, to: dictionary.items.count - 1, by: 2) {
      let id: String
      switch dictionary.items[index] {
      case .text(let text): id = text
      case .int(let number): id = "\(number)"
      default: throw .init(reason: "a key of the dictionary is neither a text nor a number")
      }
      let values = try numbers(dictionary.items[index + 1])
      guard values.allSatisfy({ $0 == 0 || $0 == 1 || $0 == -1 }) else {
        throw .init(reason: "\"\(id)\" has values other than 0 and 1")
      }
      // As in VOC's own lists, −1 is absent.
      rows[id] = (values.indices.filter { values[$0] == 1 }, values.count)
    }
    return rows
  }

  /// The values of a one-dimensional array.
  private static func numbers(_ value: Pickle) throws(Pickle.Malformed) -> [Double] {
    guard case .object(let array) = value, array.function.hasSuffix("multiarray._reconstruct"),
      case .tuple(let state) = array.state, state.count == 5, case .object(let type) = state[2],
      case .text(let code)? = type.arguments.first
    else { throw .init(reason: "a value of the dictionary is not an array") }
    if case .tuple(let order) = type.state, order.count > 1, case .text(">") = order[1] {
      throw .init(reason: "its numbers are big-endian")
    }
    let bytes = try raw(state[4])
    switch code {
    case "f4": return elements(bytes, 4) { Double(Float(bitPattern: UInt32($0))) }
    case "f8": return elements(bytes, 8) { Double(bitPattern: $0) }
    case "u1", "b1": return elements(bytes, 1) { Double($0) }
    case "i1": return elements(bytes, 1) { Double(Int8(truncatingIfNeeded: $0)) }
    case "u4": return elements(bytes, 4) { Double($0) }
    case "i4": return elements(bytes, 4) { Double(Int32(truncatingIfNeeded: $0)) }
    case "u8": return elements(bytes, 8) { Double($0) }
    case "i8": return elements(bytes, 8) { Double(Int64(bitPattern: $0)) }
    default: throw .init(reason: "its numbers are of the type \(code)")
    }
  }

  /// The bytes of an array: as they are, or as Latin-1 text in files of protocol 2.
  private static func raw(_ value: Pickle) throws(Pickle.Malformed) -> [UInt8] {
    if case .bytes(let bytes) = value { return Array(bytes) }
    if case .object(let call) = value, call.function == "_codecs.encode",
      case .text(let text)? = call.arguments.first
    {
      return text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
    }
    throw .init(reason: "an array holds no numbers")
  }

  private static func elements(_ bytes: [UInt8], _ width: Int, _ convert: (UInt64) -> Double) -> [Double] {
    stride(from: 0, to: bytes.count - width + 1, by: width).map { start in
      convert(bytes[start..<start + width].reversed().reduce(0) { $0 << 8 | UInt64($1) })
    }
  }
}
