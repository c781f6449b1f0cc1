/// A group of options of the configuration with a default for each: stored properties are the YAML keys.
///
/// Keys are written in snake_case; `learningRate` is `learning_rate` in a file.
public protocol Section: Codable, Sendable {
  /// What stands elsewhere now: each former YAML key with its new place, a phrase that completes the sentence
  /// "<key>: is now …".
  static var moved: [String: String] { get }

  /// The defaults.
  init()
}

extension Section {
  public static var moved: [String: String] { [:] }

  /// Checks options that were set in Swift as those of a file are checked: every rule of a setting, then
  /// `validate()` of the section and of its parts.
  ///
  /// - Throws: `ConfigurationError` for the first rule that is broken.
  public func check() throws(ConfigurationError) {
    _ = try ConfigurationLoader.load(default: self)
  }
}

/// A part of a run that is chosen by name in YAML; its stored properties are its options.
public protocol Component: Section {
  /// The value of `name` in YAML: lower case with hyphens, as in the literature.
  static var name: String { get }
}

/// A table of components that can stand in the same place of a configuration.
public protocol Family {
  /// What all members have in common, such as `any Explainer`; every listed type must be one.
  associatedtype Member: Sendable = any Component

  /// The members that are always there, each with a name of its own.
  static var members: [any Component.Type] { get }
}

/// The members that programs have added to families.
private enum Additions {
  @TaskLocal static var members: [ObjectIdentifier: [any Component.Type]] = [:]
}

extension Family {
  /// All members: those of the table, and those that `adding(_:during:)` has added here.
  public static var all: [any Component.Type] {
    members + (Additions.members[ObjectIdentifier(Self.self)] ?? [])
  }

  /// All members with their default options; a listed type that is none of the family's is left out.
  public static var components: [Member] { all.compactMap { $0.init() as? Member } }

  /// Runs `body` with further members that configurations can name there, such as a method of one's own.
  ///
  /// - Precondition: each has a name that no other member has.
  public static func adding<Result>(
    _ components: any Component.Type..., during body: () throws -> Result
  ) rethrows -> Result {
    var members = Additions.members
    var names = Set(all.map { $0.name })
    for component in components {
      precondition(names.insert(component.name).inserted, "\(Self.self): the name \(component.name) is taken")
    }
    members[ObjectIdentifier(Self.self), default: []] += components
    return try Additions.$members.withValue(members, operation: body)
  }
}
