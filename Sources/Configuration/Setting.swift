/// An option of a section, said once: its default, one line about it for `--print-config`, and what its value
/// may be.
///
///     @Setting("steps between two measurements", 1...1000) public var every = 50
///     @Setting("of the image's side", .each(.above(0, upTo: 16))) public var scales: [Float] = [1, 0.5]
///
/// The rules are checked when a configuration is read, each value under its own name, before `validate()`
/// looks at how values go together.
@propertyWrapper
public struct Setting<Value: Codable & Sendable>: Codable, Sendable {
  /// The value of the option.
  public var wrappedValue: Value
  private let note: SettingNote<Value>?

  /// An option with a line about it and the rules that its value must meet, of which the first broken one is
  /// reported.
  public init(wrappedValue: Value, _ text: String, _ rules: Rule<Value>...) {
    self.wrappedValue = wrappedValue
    note = SettingNote(text, rules)
  }

  /// An option whose value must lie in `range`.
  public init(wrappedValue: Value, _ text: String, _ range: some BoundedRange<Value> & Sendable) {
    self.init(wrappedValue: wrappedValue, text, .within(range))
  }

  /// An option that may be absent and whose value must lie in `range` otherwise.
  public init<R: BoundedRange & Sendable>(wrappedValue: Value, _ text: String, _ range: R)
  where Value == R.Bound? {
    self.init(wrappedValue: wrappedValue, text, .ifPresent(.within(range)))
  }

  /// Reads the value; the text and the rules are those of the default that it was laid over.
  ///
  /// - Throws: `ConfigurationError` for a value that breaks a rule.
  public init(from decoder: any Decoder) throws {
    wrappedValue = try decoder.singleValueContainer().decode(Value.self)
    guard let decoder = decoder as? TreeDecoder else {
      note = nil
      return
    }
    guard let note = decoder.tree.note as? SettingNote<Value> else {
      let problem = "is a setting of a type that is no Section; make the type a Section"
      throw decoder.path.error(decoder.tree, .invalid(rule: problem))
    }
    self.note = note
    if let problem = note.problem(wrappedValue) {
      throw decoder.path.error(decoder.tree, .invalid(rule: problem))
    }
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(wrappedValue)
  }
}

extension Setting: Equatable where Value: Equatable {
  /// Whether the values are equal.
  public static func == (left: Setting, right: Setting) -> Bool { left.wrappedValue == right.wrappedValue }
}

extension Setting: NodeWrapper {
  func tree() throws -> Tree {
    var tree = try TreeEncoder.tree(encoding: wrappedValue)
    tree.note = note
    return tree
  }
}

/// What is known of an option beside its value, without the value's type.
protocol AnyNote: Sendable {
  var text: String { get }
}

/// What is known of an option beside its value; shared, so that a setting is its value and one reference.
private final class SettingNote<Value: Sendable>: AnyNote {
  let text: String
  let rules: [Rule<Value>]

  init(_ text: String, _ rules: [Rule<Value>]) {
    self.text = text
    self.rules = rules
  }

  /// The first broken rule.
  func problem(_ value: Value) -> String? {
    rules.lazy.compactMap { $0.problem(of: value) }.first
  }
}
