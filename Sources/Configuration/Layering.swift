extension Tree {
  /// This tree with the values of `layer` in place of its own; keys that it does not have are refused.
  func laid(under layer: Tree, at path: OptionPath = OptionPath()) throws(ConfigurationError) -> Tree {
    var result: Tree
    if optionalType != nil, layer.isNone {
      result = Tree(content: Tree.none, place: layer.place)
    } else {
      result = try present.laidValue(under: layer, at: path)
    }
    result.optionalType = optionalType
    result.note = note
    return result
  }

  private func laidValue(under layer: Tree, at path: OptionPath) throws(ConfigurationError) -> Tree {
    switch form {
    case .open: return layer
    case .scalar:
      guard case .scalar = layer.content else { throw path.error(layer, wrongKind(.single, layer)) }
      return Tree(content: layer.content, place: layer.place, form: form)
    case .section: return try laidSection(under: layer, at: path)
    case .dictionary(let type): return try laidDictionary(of: type, under: layer, at: path)
    case .list(let type): return try laidList(of: type, under: layer, at: path)
    case .choice(let members): return try laidChoice(among: members, under: layer, at: path)
    }
  }

  /// An optional node as if it had a value.
  private var present: Tree {
    guard let optionalType else { return self }
    if isNone { return Tree(prototypeOf: optionalType) }
    var tree = self
    tree.optionalType = nil
    return tree
  }

  private func wrongKind(
    _ expected: ConfigurationError.Kind, _ layer: Tree
  ) -> ConfigurationError.Problem { .wrongKind(expected: expected, found: layer.found) }

  private func laidSection(
    under layer: Tree, at path: OptionPath
  ) throws(ConfigurationError) -> Tree {
    if layer.isEmpty { return self }
    guard var result = entries, let changes = layer.entries else {
      throw path.error(layer, wrongKind(.options, layer))
    }
    for change in changes {
      let position = path.appending(key: change.key)
      guard let index = result.firstIndex(where: { $0.key == change.key }) else {
        throw ConfigurationError(
          place: change.place, option: position.description, problem: unknownKey(change.key))
      }
      result[index].value = try result[index].value.laid(under: change.value, at: position)
      result[index].place = change.place
    }
    return replacing(.mapping(result), layer)
  }

  private func unknownKey(_ key: String) -> ConfigurationError.Problem {
    if let place = moved[key] { return .moved(to: place) }
    let known = (entries ?? []).map(\.key).sorted()
    return .unknownKey(nearest: nearest(to: key, among: known), known: known)
  }

  private func laidDictionary(
    of type: Any.Type, under layer: Tree, at path: OptionPath
  ) throws(ConfigurationError) -> Tree {
    if layer.isEmpty { return self }
    guard var result = entries, let changes = layer.entries else {
      throw path.error(layer, wrongKind(.options, layer))
    }
    for change in changes {
      let position = path.appending(key: change.key)
      let index = result.firstIndex { $0.key == change.key }
      let below = index.map { result[$0].value } ?? Tree(prototypeOf: type)
      var entry = change
      entry.value = try below.laid(under: change.value, at: position)
      if let index { result[index] = entry } else { result.append(entry) }
    }
    return replacing(.mapping(result), layer)
  }

  private func laidList(
    of type: Any.Type?, under layer: Tree, at path: OptionPath
  ) throws(ConfigurationError) -> Tree {
    if let changes = layer.indexedEntries { return try laidElements(changes, under: layer, at: path) }
    let changes: [Tree]
    if case .list(let elements) = layer.content {
      changes = elements
    } else if type == Int.self, layer.text.flatMap({ Int($0) }) != nil {
      // One number stands for a list of one, as in `ignore_id: 0`.
      changes = [layer]
    } else {
      throw path.error(layer, wrongKind(.list, layer))
    }
    let prototype = type.map { Tree(prototypeOf: $0) } ?? Tree(content: Tree.none)
    var elements: [Tree] = []
    for (index, change) in changes.enumerated() {
      elements.append(try prototype.laid(under: change, at: path.appending(index: index)))
    }
    return replacing(.list(elements), layer)
  }

  /// A mapping whose keys are all whole numbers, which changes these elements of a list in place.
  private var indexedEntries: [(index: Int, entry: Entry)]? {
    guard let entries, !entries.isEmpty else { return nil }
    let indexed = entries.compactMap { entry in Int(entry.key).map { (index: $0, entry: entry) } }
    return indexed.count == entries.count ? indexed : nil
  }

  private func laidElements(
    _ changes: [(index: Int, entry: Entry)], under layer: Tree, at path: OptionPath
  ) throws(ConfigurationError) -> Tree {
    guard case .list(var elements) = content else { throw path.error(layer, wrongKind(.list, layer)) }
    for (index, entry) in changes {
      let position = path.appending(index: index)
      guard elements.indices.contains(index) else {
        throw ConfigurationError(
          place: entry.place, option: position.description, problem: .noSuchElement(count: elements.count))
      }
      elements[index] = try elements[index].laid(under: entry.value, at: position)
    }
    return replacing(.list(elements), layer)
  }

  private func laidChoice(
    among members: [any Component.Type], under layer: Tree, at path: OptionPath
  ) throws(ConfigurationError) -> Tree {
    if layer.isEmpty, self["name"] != nil { return self }
    let named = try layer.nameOfChoice(at: path)
    guard let name = named?.name ?? self["name"]?.text else {
      throw path.error(layer, .missingName(known: members.map { $0.name }.sorted()))
    }
    guard let member = members.first(where: { $0.name == name }) else {
      let known = members.map { $0.name }.sorted()
      let problem = ConfigurationError.Problem.unknownName(
        name, nearest: nearest(to: name, among: known), known: known)
      throw (named?.path ?? path).error(named?.tree ?? layer, problem)
    }
    let isOther = self["name"]?.text != name
    let below = isOther ? Tree(defaultsOf: member, among: members) : self
    guard layer.entries != nil else { return below.replacing(below.content, layer) }
    return try below.laidSection(under: layer, at: path)
  }

  private func nameOfChoice(
    at path: OptionPath
  ) throws(ConfigurationError) -> (name: String, tree: Tree, path: OptionPath)? {
    if let entries {
      guard let entry = entries.first(where: { $0.key == "name" }) else { return nil }
      let position = path.appending(key: "name")
      guard let name = entry.value.text else {
        throw position.error(entry.value, wrongKind(.name, entry.value))
      }
      return (name, entry.value, position)
    }
    guard let text else { throw path.error(self, wrongKind(.name, self)) }
    return (text, self, path)
  }

  /// The text of a scalar that is not absent.
  var text: String? {
    guard case .scalar(let text, let quoted) = content, quoted || !Scalar.absent.contains(text) else {
      return nil
    }
    return text
  }

  private func replacing(_ content: Content, _ layer: Tree) -> Tree {
    var tree = self
    tree.content = content
    tree.place = layer.place
    return tree
  }
}

/// A choice without its family's type.
protocol AnyChoice {
  static var members: [any Component.Type] { get }
  var erased: any Component { get }
}

extension Choice: AnyChoice {
  static var members: [any Component.Type] { F.all }
}

/// An array without its element's type.
protocol AnyList {
  static var element: Any.Type { get }
}

extension Array: AnyList {
  static var element: Any.Type { Element.self }
}

/// A dictionary without its value's type.
protocol AnyDictionary {
  static var value: Any.Type { get }
}

extension Dictionary: AnyDictionary {
  static var value: Any.Type { Value.self }
}

/// A value that writes itself as the node of the value that it wraps.
protocol NodeWrapper {
  func tree() throws -> Tree
}

/// An optional without its value's type.
protocol AnyOptional {
  static var wrapped: Any.Type { get }
}

extension Optional: AnyOptional {
  static var wrapped: Any.Type { Wrapped.self }
}

extension Optional: NodeWrapper where Wrapped: Encodable {
  func tree() throws -> Tree {
    var tree = try map { try TreeEncoder.tree(encoding: $0) } ?? Tree(content: Tree.none)
    tree.optionalType = Wrapped.self
    return tree
  }
}

extension Tree {
  /// The node over which a value of `type` is laid where there is no default, as for the elements of a list.
  init(prototypeOf type: Any.Type) {
    if let section = type as? any Section.Type {
      self = TreeEncoder.tree(of: section.init())
    } else if let choice = type as? any AnyChoice.Type {
      self.init(content: .mapping([]), form: .choice(among: choice.members))
    } else if let optional = type as? any AnyOptional.Type {
      self.init(content: Tree.none, optionalType: optional.wrapped)
    } else if let list = type as? any AnyList.Type {
      self.init(content: .list([]), form: .list(of: list.element))
    } else if let dictionary = type as? any AnyDictionary.Type {
      self.init(content: .mapping([]), form: .dictionary(of: dictionary.value))
    } else {
      self.init(content: Tree.none)
    }
  }

  private static func caseNames<Value: CaseIterable>(of value: Value) -> [String] {
    ScalarReader.cases(of: Value.self).map(\.name)
  }

  /// Notes which names may stand here if `value` is an enumeration, a choice or a list of choices.
  mutating func addNames(of value: any Encodable) {
    if let enumeration = value as? any CaseIterable {
      names = Self.caseNames(of: enumeration)
    } else if let list = value as? any AnyList, let choice = type(of: list).element as? any AnyChoice.Type {
      names = choice.members.map { $0.name }
    } else if let choice = value as? any AnyChoice, case .mapping(var entries) = content, !entries.isEmpty {
      entries[0].value.names = type(of: choice).members.map { $0.name }
      content = .mapping(entries)
    }
  }

  /// The default options of `member`, its name first.
  init(defaultsOf member: any Component.Type, among members: [any Component.Type]) {
    self = TreeEncoder.tree(of: member.init())
    let name = Tree(content: .scalar(member.name, quoted: false), form: .scalar)
    content = .mapping([Entry(key: "name", value: name)] + (entries ?? []))
    form = .choice(among: members)
  }
}
