/// What is wrong with a configuration, where, and at which option.
public struct ConfigurationError: Error, Sendable, Equatable {
  /// Where a value was written.
  public enum Place: Sendable, Equatable {
    /// A line of a file, counted from 1; `nil` when the whole file is meant.
    case file(String, line: Int?)
    /// A `--set` of the command line.
    case override
  }

  /// What is wrong.
  public enum Problem: Sendable, Equatable {
    /// The file cannot be read.
    case unreadable(reason: String)
    /// A file named by `base` cannot be read.
    case unreadableBase(path: String, reason: String)
    /// The text is not YAML.
    case notYAML(reason: String)
    /// The text has more than `limit` bytes.
    case tooLarge(limit: Int)
    /// Lists and mappings are nested more than `limit` levels deep.
    case tooDeep(limit: Int)
    /// The text has more than `limit` values, as often as aliases repeat them.
    case tooManyValues(limit: Int)
    /// The key stands twice in one mapping.
    case duplicateKey
    /// A `base` file leads back to a file that is being read.
    case baseCycle(files: [String])
    /// `base` files name base files, more than `limit` levels deep.
    case baseTooDeep(limit: Int)
    /// More than `limit` base files are laid over each other.
    case tooManyBases(limit: Int)
    /// A `--set` that is not of the form `key=value`.
    case notAnOverride(text: String)
    /// No option has this key.
    case unknownKey(nearest: String?, known: [String])
    /// The option stands elsewhere now.
    case moved(to: String)
    /// A list has no element of this index; it has `count`.
    case noSuchElement(count: Int)
    /// A value of another kind.
    case wrongKind(expected: Kind, found: Found)
    /// No component, or no case, has this name.
    case unknownName(String, nearest: String?, known: [String])
    /// A component without its name.
    case missingName(known: [String])
    /// An option without default was not given.
    case missingKey
    /// The value breaks a rule of its section.
    case invalid(rule: String)
  }

  /// The kinds of value that an option can ask for.
  public enum Kind: Sendable, Equatable {
    case options, list, single, text, truth, wholeNumber(lowest: String, highest: String), number, name, files
  }

  /// What stands in the file instead.
  public enum Found: Sendable, Equatable {
    case nothing, options, list, value(String), text(String)
  }

  /// Where the value was written; `nil` for a default.
  public var place: Place?
  /// The option, `optimizer.learning_rate` or `stages[2]`; empty for the whole configuration.
  public var option: String
  /// What is wrong.
  public var problem: Problem

  /// An error about `option` at `place`.
  public init(place: Place? = nil, option: String = "", problem: Problem) {
    self.place = place
    self.option = option
    self.problem = problem
  }

  /// An option that breaks a rule, for `validate()`; `option` is the YAML key within the section, `rule`
  /// completes the sentence "<option>: …".
  public static func invalid(_ option: String, _ rule: String) -> ConfigurationError {
    ConfigurationError(option: option, problem: .invalid(rule: rule))
  }
}

/// A section that checks its values once they are all read and meet the rules of their settings.
///
/// Sections and choices within it are checked before it and by themselves: their errors carry the whole path,
/// such as `crf.sigma_xy`.
public protocol Validatable {
  /// Throws `ConfigurationError.invalid(option, rule)` for the first broken rule.
  func validate() throws(ConfigurationError)
}

extension ConfigurationError: CustomStringConvertible {
  /// `where: option: what is wrong; what to do`, in one line.
  public var description: String {
    let parts = [place?.description, option.isEmpty ? nil : option, problem.description]
    return parts.compactMap { $0 }.joined(separator: ": ")
  }
}

extension ConfigurationError.Place: CustomStringConvertible {
  public var description: String {
    switch self {
    case .file(let path, let line?): "\(path):\(line)"
    case .file(let path, nil): path
    case .override: "--set"
    }
  }
}

extension ConfigurationError.Problem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .unreadable(let reason): "the file cannot be read: \(reason); check the path"
    case .unreadableBase(let path, let reason): "\(path) cannot be read: \(reason); check the path"
    case .notYAML(let reason): "not valid YAML: \(reason)"
    case .tooLarge(let limit): "is larger than \(limit >> 20) MiB; a configuration is a short text"
    case .tooDeep(let limit): "lists and options are nested more than \(limit) levels deep; flatten them"
    case .tooManyValues(let limit): "there are more than \(limit) values with all aliases; leave some out"
    case .duplicateKey: "the key occurs twice; keep one of the two"
    case .baseCycle(let files): "the base files lead in a circle: \(files.joined(separator: " → "))"
    case .baseTooDeep(let limit): "base files are nested more than \(limit) levels deep; merge some of them"
    case .tooManyBases(let limit): "there are more than \(limit) base files; merge some of them"
    case .notAnOverride(let text): "expected key=value, found \"\(text)\""
    case .unknownKey(let nearest?, _): "unknown key; did you mean \"\(nearest)\"?"
    case .unknownKey(nil, []): "unknown key; there are no options here"
    case .unknownKey(nil, let known): "unknown key; known keys: \(known.joined(separator: ", "))"
    case .moved(let place): "is now \(place)"
    case .noSuchElement(0): "no such element; the list is empty"
    case .noSuchElement(1): "no such element; there is 1, use 0"
    case .noSuchElement(let count): "no such element; there are \(count), use 0 to \(count - 1)"
    case .wrongKind(let expected, let found): "expected \(expected), found \(found)"
    case .unknownName(let name, let nearest?, let known):
      "unknown name \"\(name)\"; did you mean \"\(nearest)\"? Known names: \(known.joined(separator: ", "))"
    case .unknownName(let name, nil, let known):
      "unknown name \"\(name)\"; known names: \(known.joined(separator: ", "))"
    case .missingName(let known): "the key \"name\" is missing; known names: \(known.joined(separator: ", "))"
    case .missingKey: "the key is missing and has no default; add it"
    case .invalid(let rule): rule
    }
  }
}

extension ConfigurationError.Kind: CustomStringConvertible {
  public var description: String {
    switch self {
    case .options: "options written as \"key: value\""
    case .list: "a list, as in [a, b]"
    case .single: "a single value"
    case .text: "text"
    case .truth: "true or false"
    case .wholeNumber(let lowest, let highest):
      lowest == "\(Int.min)" && highest == "\(Int.max)"
        ? "a whole number" : "a whole number from \(lowest) to \(highest)"
    case .number: "a number"
    case .name: "a name"
    case .files: "a list of files, as in [../_base/data.yaml]"
    }
  }
}

extension ConfigurationError.Found: CustomStringConvertible {
  public var description: String {
    switch self {
    case .nothing: "nothing"
    case .options: "options"
    case .list: "a list"
    case .value(let text): "\"\(text)\""
    case .text(let text): "the quoted text \"\(text)\""
    }
  }
}
