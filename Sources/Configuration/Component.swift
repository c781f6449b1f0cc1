/// A group of options of the configuration with a default for each: stored properties are the YAML keys.
///
/// Keys are written in snake_case; `learningRate` is `learning_rate` in a file.
public protocol Section: Codable, Sendable {
  /// The one-line explanation of each key that is not a `Setting`, by property name; printed by
  /// `--print-config`.
  static var documentation: [String: String] { get }

  /// What stands elsewhere now: each former YAML key with its new place, a phrase that completes the sentence
  /// "<key>: is now …".
  static var moved: [String: String] { get }

  /// The defaults.
  init()
}

extension Section {
  public static var documentation: [String: String] { [:] }
  public static var moved: [String: String] { [:] }
}

/// A part of a run that is chosen by name in YAML; its stored properties are its options.
public protocol Component: Section {
  /// The value of `name` in YAML: lower case with hyphens, as in the literature.
  static var name: String { get }
}
