/// Reads a Swift value from a tree; every error carries the option and the place where it was written.
final class TreeDecoder: Decoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  let tree: Tree
  let path: OptionPath
  /// Keys of a dictionary are data and stay as they are.
  let keepsKeys: Bool
  /// The keys that were asked for; the others are unknown.
  var asked: Set<String>?

  private init(_ tree: Tree, _ path: OptionPath, keepsKeys: Bool) {
    self.tree = tree
    self.path = path
    self.keepsKeys = keepsKeys
  }

  /// The value of `tree` as `type`, checked by `validate()` where it and its parts have one.
  static func decode<T: Decodable>(_ type: T.Type, _ tree: Tree, _ path: OptionPath) throws -> T {
    if let value = try scalar(type, tree, path) { return value }
    let decoder = TreeDecoder(tree, path, keepsKeys: type is any AnyDictionary.Type)
    let value: T
    do {
      value = try type.init(from: decoder)
    } catch DecodingError.dataCorrupted(let context) {
      throw path.error(tree, .invalid(rule: context.debugDescription))
    }
    try decoder.refuseUnaskedKeys()
    try validate((value as? any AnyChoice)?.erased ?? value, tree, path)
    return value
  }

  private static func scalar<T>(_ type: T.Type, _ tree: Tree, _ path: OptionPath) throws -> T? {
    let reader = ScalarReader(tree: tree, path: path)
    let value: Any? =
      switch type {
      case is Bool.Type: try reader.truth()
      case is String.Type: try reader.text()
      case is Float.Type: try reader.number() as Float
      case is Double.Type: try reader.number() as Double
      case let type as any FixedWidthInteger.Type: try reader.wholeNumber(type)
      case let type as any CaseIterable.Type: try reader.caseOf(type)
      default: nil
      }
    // Without this, nothing read would pass for the value `nil` of an optional type.
    guard let value else { return nil }
    return value as? T
  }

  private func refuseUnaskedKeys() throws {
    guard let asked, !keepsKeys else { return }
    for entry in tree.entries ?? [] where !asked.contains(entry.key) {
      let known = asked.sorted()
      throw ConfigurationError(
        place: entry.place, option: path.appending(key: entry.key).description,
        problem: .unknownKey(nearest: nearest(to: entry.key, among: known), known: known))
    }
  }

  private static func validate(_ value: Any, _ tree: Tree, _ path: OptionPath) throws {
    guard let value = value as? any Validatable else { return }
    do {
      try value.validate()
    } catch {
      let option = tree.node(at: error.option)
      throw ConfigurationError(
        place: error.place ?? option.place ?? tree.place, option: path.appending(option: error.option),
        problem: error.problem)
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
    guard let entries = tree.entries else {
      throw path.error(tree, .wrongKind(expected: .options, found: tree.found))
    }
    asked = asked ?? []
    return KeyedDecodingContainer(KeyedTreeReader<Key>(decoder: self, entries: entries))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
    guard case .list(let elements) = tree.content else {
      throw path.error(tree, .wrongKind(expected: .list, found: tree.found))
    }
    return UnkeyedTreeReader(decoder: self, elements: elements)
  }

  func singleValueContainer() -> any SingleValueDecodingContainer { SingleTreeReader(decoder: self) }
}

extension Tree {
  /// The node at `option`, a path of keys, or the nearest node above it.
  fileprivate func node(at option: String) -> Tree {
    var node = self
    for key in option.split(separator: ".") {
      let name = key.prefix { $0 != "[" }
      guard let child = node[String(name)] else { return node }
      node = child
      if name.count < key.count, case .list(let elements) = node.content,
        let index = Int(key.dropFirst(name.count + 1).dropLast()), elements.indices.contains(index)
      {
        node = elements[index]
      }
    }
    return node
  }
}

/// Configurations are plain values: every container that `Codable` synthesis asks for is here, and no other.
private func unsupported(_ what: String) -> Never {
  preconditionFailure("a configuration cannot be read with \(what)")
}

private struct KeyedTreeReader<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let codingPath: [any CodingKey] = []
  let decoder: TreeDecoder
  let entries: [Tree.Entry]

  var allKeys: [Key] { entries.compactMap { Key(stringValue: $0.key) } }

  private func name(_ key: Key) -> String {
    decoder.keepsKeys ? key.stringValue : snakeCase(key.stringValue)
  }

  private func value(_ key: Key) throws -> Tree {
    let name = name(key)
    decoder.asked?.insert(name)
    guard let entry = entries.first(where: { $0.key == name }) else {
      throw decoder.path.appending(key: name).error(decoder.tree, .missingKey)
    }
    return entry.value
  }

  func contains(_ key: Key) -> Bool {
    decoder.asked?.insert(name(key))
    return entries.contains { $0.key == name(key) }
  }

  func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNone }

  func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
    try TreeDecoder.decode(type, value(key), decoder.path.appending(key: name(key)))
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedDecodingContainer<Nested> { unsupported("nested containers") }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedDecodingContainer {
    unsupported("nested containers")
  }

  func superDecoder() -> any Decoder { unsupported("class inheritance") }
  func superDecoder(forKey key: Key) -> any Decoder { unsupported("class inheritance") }
}

private struct UnkeyedTreeReader: UnkeyedDecodingContainer {
  let codingPath: [any CodingKey] = []
  let decoder: TreeDecoder
  let elements: [Tree]
  var currentIndex = 0

  var count: Int? { elements.count }
  var isAtEnd: Bool { currentIndex >= elements.count }

  private func current() throws -> (Tree, OptionPath) {
    let path = decoder.path.appending(index: currentIndex)
    guard !isAtEnd else { throw path.error(decoder.tree, .missingKey) }
    return (elements[currentIndex], path)
  }

  mutating func decodeNil() throws -> Bool {
    let isNone = try current().0.isNone
    if isNone { currentIndex += 1 }
    return isNone
  }

  mutating func decode<T: Decodable>(_ type: T.Type) throws -> T {
    let (tree, path) = try current()
    let value = try TreeDecoder.decode(type, tree, path)
    currentIndex += 1
    return value
  }

  mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedDecodingContainer<
    Nested
  > {
    unsupported("nested containers")
  }

  mutating func nestedUnkeyedContainer() -> any UnkeyedDecodingContainer { unsupported("nested containers") }
  mutating func superDecoder() -> any Decoder { unsupported("class inheritance") }
}

private struct SingleTreeReader: SingleValueDecodingContainer {
  let codingPath: [any CodingKey] = []
  let decoder: TreeDecoder

  func decodeNil() -> Bool { decoder.tree.isNone }

  func decode<T: Decodable>(_ type: T.Type) throws -> T {
    try TreeDecoder.decode(type, decoder.tree, decoder.path)
  }
}
