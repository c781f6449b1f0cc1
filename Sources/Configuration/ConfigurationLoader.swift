import Foundation

/// Files and command-line settings laid over defaults, and the way back to text.
public enum ConfigurationLoader {
  /// How many levels of `base` files a file may stand on.
  public static let baseLimit = 3
  /// How many files may be laid over each other.
  static let fileLimit = 100

  /// The default with the base files of `file`, then `file` itself, then each `key=value` of `overrides` laid
  /// over.
  ///
  /// - Throws: the first thing that is wrong, with its file, line and option.
  public static func load<T: Codable>(
    default value: T, file: String? = nil, overrides: [String] = []
  ) throws(ConfigurationError) -> T {
    var tree = TreeEncoder.tree(of: value)
    if let file {
      for layer in try layers(of: file, below: []) { tree = try tree.laid(under: layer) }
    }
    for text in overrides { tree = try tree.laid(under: try override(text)) }
    do {
      return try TreeDecoder.decode(T.self, tree, OptionPath())
    } catch let error as ConfigurationError {
      throw error
    } catch {
      throw ConfigurationError(problem: .invalid(rule: "\(error)"))
    }
  }

  /// The defaults of a section, with files and settings laid over them.
  public static func load<T: Section>(
    _ type: T.Type = T.self, file: String? = nil, overrides: [String] = []
  ) throws(ConfigurationError) -> T {
    try load(default: T(), file: file, overrides: overrides)
  }

  /// Every option of `value` as text that loads back to it; with the explanation of each key if `documented`.
  public static func yaml<T: Encodable>(of value: T, documented: Bool = false) -> String {
    YAMLWriter(documented: documented).text(of: TreeEncoder.tree(of: value))
  }

  /// The options of a section in their order, each with its explanation if it has one.
  public static func options(of section: any Section.Type) -> [(key: String, explanation: String?)] {
    let tree = TreeEncoder.tree(of: section.init())
    return (tree.entries ?? []).map { ($0.key, tree.explanation(of: $0)) }
  }

  private static func layers(of file: String, below: [String]) throws(ConfigurationError) -> [Tree] {
    var tree = try YAMLReader.tree(of: text(of: file), path: file)
    if tree.isEmpty { return [] }
    guard let entries = tree.entries else {
      throw ConfigurationError(place: tree.place, problem: .wrongKind(expected: .options, found: tree.found))
    }
    tree.content = .mapping(entries.filter { $0.key != "base" })
    guard let base = entries.first(where: { $0.key == "base" })?.value else {
      return [tree]
    }
    var layers: [Tree] = []
    for (path, place) in try files(base, relativeTo: file) {
      let chain = below + [file]
      if chain.contains(path) {
        throw ConfigurationError(place: place, option: "base", problem: .baseCycle(files: chain + [path]))
      }
      if chain.count > baseLimit {
        throw ConfigurationError(place: place, option: "base", problem: .baseTooDeep(limit: baseLimit))
      }
      if !FileManager.default.isReadableFile(atPath: path) || isNamedPipe(path) {
        throw ConfigurationError(
          place: place, option: "base", problem: .unreadableBase(path: path, reason: reason(path)))
      }
      layers += try self.layers(of: path, below: chain)
      if layers.count > fileLimit {
        throw ConfigurationError(place: place, option: "base", problem: .tooManyBases(limit: fileLimit))
      }
    }
    return layers + [tree]
  }

  /// The text of a file, of which no more is read than may be there.
  private static func text(of file: String) throws(ConfigurationError) -> String {
    let place = ConfigurationError.Place.file(file, line: nil)
    if isNamedPipe(file) {
      throw ConfigurationError(place: place, problem: .unreadable(reason: reason(file)))
    }
    guard let handle = FileHandle(forReadingAtPath: file),
      let data = try? handle.read(upToCount: YAMLReader.sizeLimit + 1) ?? Data()
    else { throw ConfigurationError(place: place, problem: .unreadable(reason: reason(file))) }
    if data.count > YAMLReader.sizeLimit {
      throw ConfigurationError(place: place, problem: .tooLarge(limit: YAMLReader.sizeLimit))
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ConfigurationError(place: place, problem: .unreadable(reason: reason(file)))
    }
    return text
  }

  private static func files(
    _ base: Tree, relativeTo file: String
  ) throws(ConfigurationError) -> [(path: String, place: ConfigurationError.Place?)] {
    let elements: [Tree]
    switch base.content {
    case .list(let list): elements = list
    default: elements = [base]
    }
    var files: [(path: String, place: ConfigurationError.Place?)] = []
    for element in elements {
      guard let path = element.text else {
        throw ConfigurationError(
          place: element.place, option: "base", problem: .wrongKind(expected: .files, found: element.found))
      }
      files.append((resolve(path, relativeTo: file), element.place))
    }
    return files
  }

  /// The path without `x/..`, so that one file has one name.
  private static func resolve(_ path: String, relativeTo file: String) -> String {
    let folder = file.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let parts =
      path.hasPrefix("/")
      ? path.split(separator: "/", omittingEmptySubsequences: false)
      : folder + path.split(separator: "/", omittingEmptySubsequences: false)
    var kept: [Substring] = []
    for (index, part) in parts.enumerated() where part != "." && (index == 0 || !part.isEmpty) {
      if part == "..", let last = kept.last, last != "..", !last.isEmpty {
        kept.removeLast()
      } else {
        kept.append(part)
      }
    }
    return kept.joined(separator: "/")
  }

  /// Whether a path leads to a pipe with a name, where a reader would wait for as long as nobody writes.
  ///
  /// Those of a shell, which have no name, end with the command that writes.
  private static func isNamedPipe(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFIFO else { return false }
    guard let resolved = realpath(path, nil) else { return false }
    defer { free(resolved) }
    return stat(resolved, &status) == 0 && status.st_mode & S_IFMT == S_IFIFO
  }

  private static func reason(_ path: String) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      return "there is no such file"
    }
    if isFolder.boolValue { return "it is a folder" }
    if isNamedPipe(path) { return "it is a pipe" }
    return FileManager.default.isReadableFile(atPath: path) ? "it is not UTF-8 text" : "permission denied"
  }

  private static func override(_ text: String) throws(ConfigurationError) -> Tree {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 2, !keys.contains(where: \.isEmpty) else {
      throw ConfigurationError(place: .override, problem: .notAnOverride(text: text))
    }
    var tree: Tree
    do {
      tree = try YAMLReader.tree(of: String(parts[1]), path: nil)
    } catch {
      throw ConfigurationError(place: .override, option: String(parts[0]), problem: error.problem)
    }
    for key in keys.reversed() {
      tree = Tree(
        content: .mapping([Tree.Entry(key: key, place: .override, value: tree)]), place: .override)
    }
    return tree
  }
}
