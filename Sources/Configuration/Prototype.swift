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

extension Tree {
  /// The node over which a value of `type` is laid where there is no default, as for the elements of a list.
  init(prototypeOf type: Any.Type) {
    if let section = type as? any Section.Type {
      self = TreeEncoder.tree(of: section.init())
    } else if let choice = type as? any AnyChoice.Type {
      self.init(content: .mapping([]), form: .choice(among: choice.members))
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
