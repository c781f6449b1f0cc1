import Yams

/// Text to trees; the only user of the YAML library.
enum YAMLReader {
  /// The bytes that a text may have.
  static let sizeLimit = 1 << 20
  /// The levels of lists and mappings that a text may have.
  static let depthLimit = 64
  /// The values that a text may have; aliases count as often as they are used.
  static let valueLimit = 100_000

  /// The tree of a document; an empty document is an empty scalar.
  ///
  /// `path` names the file in errors; without it, the text comes from the command line.
  static func tree(of text: String, path: String?) throws(ConfigurationError) -> Tree {
    guard text.utf8.count <= sizeLimit else {
      throw ConfigurationError(place: place(nil, path), problem: .tooLarge(limit: sizeLimit))
    }
    if let line = ComplexKey.line(in: text) {
      throw ConfigurationError(place: place(line, path), problem: .notYAML(reason: "a key must be a word"))
    }
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch let error as YamlError {
      throw configurationError(error, path)
    } catch {
      throw ConfigurationError(place: place(nil, path), problem: .notYAML(reason: "\(error)"))
    }
    guard let root else { return Tree(content: .scalar("", quoted: false), place: place(nil, path)) }
    var walk = Walk(path: path)
    return try walk.tree(root, OptionPath(), depth: 0)
  }

  fileprivate static func place(_ line: Int?, _ path: String?) -> ConfigurationError.Place {
    path.map { .file($0, line: line) } ?? .override
  }

  private static func configurationError(_ error: YamlError, _ path: String?) -> ConfigurationError {
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let separator = problem.hasPrefix("but") ? " " : ", "
      let reason = [context?.text, problem].compactMap { $0 }.joined(separator: separator)
      return ConfigurationError(place: place(mark.line, path), problem: .notYAML(reason: reason))
    case .duplicatedKeysInMapping(let duplicates, let context):
      return ConfigurationError(
        place: place(context.mark.line, path), option: duplicates.sorted().joined(separator: ", "),
        problem: .duplicateKey)
    case .reader(let problem, _, _, _):
      return ConfigurationError(place: place(nil, path), problem: .notYAML(reason: problem))
    default:
      return ConfigurationError(place: place(nil, path), problem: .notYAML(reason: "\(error)"))
    }
  }
}

/// A list, a mapping or an alias in the place of a key.
///
/// The library compares the keys of a mapping with each other, which takes as long as all that their aliases
/// stand for is large; so they are looked for before, in texts with aliases.
private enum ComplexKey {
  /// The line of the first one, from 1; a quoted text or a comment may be taken for one.
  static func line(in text: String) -> Int? {
    let bytes = Array(text.utf8)
    guard text.contains(/&\w/), text.contains(/\*\w/) else { return nil }
    var (line, previous, isInAlias, isBehindValue) = (1, UInt8(ascii: "\n"), false, false)
    for (index, byte) in bytes.enumerated() {
      let isBegin = " \t\r\n,[{-:".utf8.contains(previous)
      switch Character(Unicode.Scalar(byte)) {
      case "\n": (line, isInAlias, isBehindValue) = (line + 1, false, false)
      case " ", "\t", "\r": (isInAlias, isBehindValue) = (false, isInAlias || isBehindValue)
      case "]", "}": (isInAlias, isBehindValue) = (false, true)
      case ",", "[", "{": (isInAlias, isBehindValue) = (false, false)
      case "*" where isBegin: (isInAlias, isBehindValue) = (true, false)
      case ":" where isInAlias || isBehindValue: return line
      case "?" where isBegin && (index + 1 == bytes.count || " \t\r\n".utf8.contains(bytes[index + 1])):
        return line
      default: isBehindValue = false
      }
      previous = byte
    }
    return nil
  }
}

/// The way through the nodes of one text.
private struct Walk {
  let path: String?
  /// The values so far.
  private var count = 0

  init(path: String?) {
    self.path = path
  }

  mutating func tree(_ node: Node, _ position: OptionPath, depth: Int) throws(ConfigurationError) -> Tree {
    let place = YAMLReader.place(node.mark?.line, path)
    count += 1
    guard count <= YAMLReader.valueLimit, depth <= YAMLReader.depthLimit else {
      throw ConfigurationError(
        place: place, option: position.description,
        problem: count > YAMLReader.valueLimit
          ? .tooManyValues(limit: YAMLReader.valueLimit) : .tooDeep(limit: YAMLReader.depthLimit))
    }
    switch node {
    case .scalar(let scalar):
      let quoted = scalar.style != .plain && scalar.style != .any
      return Tree(content: .scalar(scalar.string, quoted: quoted), place: place)
    case .sequence(let sequence):
      var elements: [Tree] = []
      for (index, element) in sequence.enumerated() {
        elements.append(try tree(element, position.appending(index: index), depth: depth + 1))
      }
      return Tree(content: .list(elements), place: place)
    case .mapping(let mapping):
      var entries: [Tree.Entry] = []
      for (key, value) in mapping {
        let keyPlace = YAMLReader.place(key.mark?.line, path)
        guard case .scalar(let name) = key else {
          throw ConfigurationError(
            place: keyPlace, option: position.description, problem: .notYAML(reason: "a key must be a word"))
        }
        let child = try tree(value, position.appending(key: name.string), depth: depth + 1)
        entries.append(Tree.Entry(key: name.string, place: keyPlace, value: child))
      }
      return Tree(content: .mapping(entries), place: place)
    case .alias:
      throw ConfigurationError(
        place: place, option: position.description, problem: .notYAML(reason: "an alias without anchor"))
    }
  }
}
