/// Writes a Swift value as a tree that knows what may be laid over each node.
final class TreeEncoder: Encoder {
  let codingPath: [any CodingKey] = []
  let userInfo: [CodingUserInfoKey: Any] = [:]
  /// Keys of a dictionary are data and stay as they are.
  private let keepsKeys: Bool
  var content: Tree.Content?

  private init(keepsKeys: Bool) {
    self.keepsKeys = keepsKeys
  }

  /// The tree of `value`, whose `encode(to:)` must not throw.
  static func tree(of value: any Encodable) -> Tree {
    do {
      return try tree(encoding: value)
    } catch {
      preconditionFailure("\(type(of: value)) cannot be written as a configuration: \(error)")
    }
  }

  /// The tree of `value`.
  ///
  /// - Throws: what the `encode(to:)` of `value` throws.
  static func tree<T: Encodable>(encoding value: T) throws -> Tree {
    if let wrapper = value as? any NodeWrapper { return try wrapper.tree() }
    if let scalar = scalar(of: value) { return Tree(content: scalar, form: .scalar) }
    let encoder = TreeEncoder(keepsKeys: value is any AnyDictionary)
    try value.encode(to: encoder)
    var content = encoder.content ?? .mapping([])
    if value is any AnyDictionary, case .mapping(let entries) = content {
      content = .mapping(entries.sorted { $0.key < $1.key })
    }
    var tree = Tree(content: content, form: form(of: value, content))
    tree.addNames(of: value)
    let options: any Encodable = (value as? any AnyChoice)?.erased ?? value
    if let section = options as? any Section { tree.moved = type(of: section).moved }
    return tree
  }

  private static func scalar(of value: any Encodable) -> Tree.Content? {
    switch value {
    case let value as Bool: .scalar(value ? "true" : "false", quoted: false)
    case let value as String: .scalar(value, quoted: Scalar.looksTyped(value))
    case let value as any (FixedWidthInteger & Encodable): .scalar(value.description, quoted: false)
    case let value as Float: .scalar(Scalar.text(value), quoted: false)
    case let value as Double: .scalar(Scalar.text(value), quoted: false)
    default: nil
    }
  }

  private static func form(of value: any Encodable, _ content: Tree.Content) -> Tree.Form {
    if let choice = value as? any AnyChoice { return .choice(among: type(of: choice).members) }
    if let list = value as? any AnyList { return .list(of: type(of: list).element) }
    if let dictionary = value as? any AnyDictionary { return .dictionary(of: type(of: dictionary).value) }
    return switch content {
    case .scalar: .scalar
    case .list: .list(of: nil)
    case .mapping: .section
    }
  }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    if content == nil { content = .mapping([]) }
    return KeyedEncodingContainer(KeyedTreeWriter<Key>(encoder: self))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    if content == nil { content = .list([]) }
    return UnkeyedTreeWriter(encoder: self)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { SingleTreeWriter(encoder: self) }

  fileprivate func append(_ value: Tree, _ key: any CodingKey) {
    guard case .mapping(var entries) = content else { return }
    let name = keepsKeys ? key.stringValue : snakeCase(key.stringValue)
    precondition(!entries.contains { $0.key == name }, "two options have the key \"\(name)\"")
    entries.append(Tree.Entry(key: name, value: value))
    content = .mapping(entries)
  }
}

/// Configurations are plain values: every container that `Codable` synthesis asks for is here, and no other.
private func unsupported(_ what: String) -> Never {
  preconditionFailure("a configuration cannot be written with \(what)")
}

private struct KeyedTreeWriter<Key: CodingKey>: KeyedEncodingContainerProtocol {
  let codingPath: [any CodingKey] = []
  let encoder: TreeEncoder

  func encodeNil(forKey key: Key) { encoder.append(Tree(content: Tree.none), key) }

  func encode<T: Encodable>(_ value: T, forKey key: Key) throws {
    encoder.append(try TreeEncoder.tree(encoding: value), key)
  }

  // An absent value must keep its key, or the key would count as unknown. The overloads are needed because
  // the defaults of the protocol leave the key out and rank above a generic function.
  func encodeIfPresent(_ value: Bool?, forKey key: Key) throws { try encodeOptional(value, key) }
  func encodeIfPresent(_ value: String?, forKey key: Key) throws { try encodeOptional(value, key) }
  func encodeIfPresent(_ value: Int?, forKey key: Key) throws { try encodeOptional(value, key) }
  func encodeIfPresent(_ value: UInt64?, forKey key: Key) throws { try encodeOptional(value, key) }
  func encodeIfPresent(_ value: Float?, forKey key: Key) throws { try encodeOptional(value, key) }
  func encodeIfPresent(_ value: Double?, forKey key: Key) throws { try encodeOptional(value, key) }
  func encodeIfPresent<T: Encodable>(_ value: T?, forKey key: Key) throws { try encodeOptional(value, key) }

  private func encodeOptional<T: Encodable>(_ value: T?, _ key: Key) throws {
    encoder.append(try TreeEncoder.tree(encoding: value), key)
  }

  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) -> KeyedEncodingContainer<Nested> { unsupported("nested containers") }

  func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
    unsupported("nested containers")
  }

  func superEncoder() -> any Encoder { unsupported("class inheritance") }
  func superEncoder(forKey key: Key) -> any Encoder { unsupported("class inheritance") }
}

private struct UnkeyedTreeWriter: UnkeyedEncodingContainer {
  let codingPath: [any CodingKey] = []
  let encoder: TreeEncoder

  var count: Int {
    if case .list(let elements) = encoder.content { elements.count } else { 0 }
  }

  private func append(_ tree: Tree) {
    guard case .list(let elements) = encoder.content else { return }
    encoder.content = .list(elements + [tree])
  }

  func encodeNil() { append(Tree(content: Tree.none)) }
  func encode<T: Encodable>(_ value: T) throws { append(try TreeEncoder.tree(encoding: value)) }

  func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
    unsupported("nested containers")
  }

  func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { unsupported("nested containers") }
  func superEncoder() -> any Encoder { unsupported("class inheritance") }
}

private struct SingleTreeWriter: SingleValueEncodingContainer {
  let codingPath: [any CodingKey] = []
  let encoder: TreeEncoder

  func encodeNil() { encoder.content = Tree.none }
  func encode<T: Encodable>(_ value: T) throws {
    encoder.content = try TreeEncoder.tree(encoding: value).content
  }
}
