/// A node of a configuration: scalars keep their text until an option asks for a type.
struct Tree {
  /// The value as it is written.
  enum Content {
    case scalar(String, quoted: Bool)
    case list([Tree])
    case mapping([Entry])
  }

  /// A key of a mapping, in the order of the file.
  struct Entry {
    var key: String
    var place: ConfigurationError.Place?
    var value: Tree
  }

  /// What may be laid over a node; known for defaults, which come from Swift values.
  enum Form {
    /// Anything: the decoder will check it.
    case open
    /// One scalar.
    case scalar
    /// A mapping with exactly the keys of the default.
    case section
    /// A mapping with any keys.
    case dictionary(of: Any.Type)
    /// A list.
    case list(of: Any.Type?)
    /// A component with its options.
    case choice(among: [any Component.Type])
  }

  var content: Content
  var place: ConfigurationError.Place?
  var form = Form.open
  /// The type of an `Optional` option without its `?`; such an option may be `none`.
  var optionalType: Any.Type?
  /// The names that may stand here; empty where there is no such list.
  var names: [String] = []
  /// The explanation and the rules of a setting.
  var note: (any AnyNote)?
  /// Where former keys stand now.
  var moved: [String: String] = [:]

  /// An absent value, written `none`.
  static var none: Content { .scalar("none", quoted: false) }

  /// Nothing was written after the key.
  var isEmpty: Bool {
    if case .scalar("", quoted: false) = content { true } else { false }
  }

  /// No value: nothing, `~`, `null` or `none`.
  var isNone: Bool {
    guard case .scalar(let text, quoted: false) = content else { return false }
    return Scalar.absent.contains(text)
  }

  /// The entries of a mapping.
  var entries: [Entry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// The value of `key` in a mapping.
  subscript(key: String) -> Tree? {
    entries?.first { $0.key == key }?.value
  }

  /// The explanation of an option of this mapping.
  func explanation(of entry: Entry) -> String? { entry.value.note?.text }

  /// The node as an error message names it.
  var found: ConfigurationError.Found {
    switch content {
    case .mapping: .options
    case .list: .list
    case .scalar(let text, quoted: true): .text(text)
    case .scalar(let text, quoted: false): isNone ? .nothing : .value(text)
    }
  }
}

/// The position of a node: keys and list indices from the root.
struct OptionPath: CustomStringConvertible {
  var description = ""

  func appending(key: String) -> OptionPath {
    OptionPath(description: description.isEmpty ? key : "\(description).\(key)")
  }

  func appending(index: Int) -> OptionPath {
    OptionPath(description: "\(description)[\(index)]")
  }

  /// The path followed by the option of an error that a section reported about itself.
  func appending(option: String) -> String {
    if option.isEmpty { return description }
    return option.hasPrefix("[") ? description + option : appending(key: option).description
  }

  func error(_ tree: Tree, _ problem: ConfigurationError.Problem) -> ConfigurationError {
    ConfigurationError(place: tree.place, option: description, problem: problem)
  }
}
