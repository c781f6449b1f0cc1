import Yams

/// Text to trees; the only user of the YAML library.
enum YAMLReader {
  /// The tree of a document; an empty document is an empty scalar.
  ///
  /// `path` names the file in errors; without it, the text comes from the command line.
  static func tree(of text: String, path: String?) throws(ConfigurationError) -> Tree {
    let root: Node?
    do {
      root = try compose(yaml: text)
    } catch let error as YamlError {
      throw configurationError(error, path)
    } catch {
      throw ConfigurationError(place: place(nil, path), problem: .notYAML(reason: "\(error)"))
    }
    guard let root else { return Tree(content: .scalar("", quoted: false), place: place(nil, path)) }
    return try tree(root, path, OptionPath())
  }

  private static func tree(_ node: Node, _ path: String?, _ position: OptionPath) throws(ConfigurationError)
    -> Tree
  {
    let place = place(node.mark?.line, path)
    switch node {
    case .scalar(let scalar):
      let quoted = scalar.style != .plain && scalar.style != .any
      return Tree(content: .scalar(scalar.string, quoted: quoted), place: place)
    case .sequence(let sequence):
      var elements: [Tree] = []
      for (index, element) in sequence.enumerated() {
        elements.append(try tree(element, path, position.appending(index: index)))
      }
      return Tree(content: .list(elements), place: place)
    case .mapping(let mapping):
      var entries: [Tree.Entry] = []
      for (key, value) in mapping {
        let keyPlace = self.place(key.mark?.line, path)
        guard case .scalar(let name) = key else {
          throw ConfigurationError(
            place: keyPlace, option: position.description, problem: .notYAML(reason: "a key must be a word"))
        }
        let child = try tree(value, path, position.appending(key: name.string))
        entries.append(Tree.Entry(key: name.string, place: keyPlace, value: child))
      }
      return Tree(content: .mapping(entries), place: place)
    case .alias:
      throw ConfigurationError(
        place: place, option: position.description, problem: .notYAML(reason: "an alias without anchor"))
    }
  }

  private static func place(_ line: Int?, _ path: String?) -> ConfigurationError.Place {
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
