import Files

/// Trees to text that reads back to the same tree, optionally with the explanation of each key beside it.
struct YAMLWriter {
  let documented: Bool
  private static let commentColumn = 40

  private struct Line {
    var text: String
    var comment: String?

    func indented(_ prefix: String) -> Line { Line(text: prefix + text, comment: comment) }
  }

  /// The text of a whole configuration, one key per line.
  func text(of tree: Tree) -> String {
    guard tree.entries != nil else { return inline(tree) + "\n" }
    return lines(of: tree).map { line in
      guard documented, let comment = line.comment else { return line.text + "\n" }
      let gap = String(repeating: " ", count: max(2, Self.commentColumn - line.text.count))
      return "\(line.text)\(gap)# \(comment)\n"
    }.joined()
  }

  private func lines(of mapping: Tree) -> [Line] {
    (mapping.entries ?? []).flatMap { entry in
      let isList = if case .list = entry.value.content { true } else { false }
      let names = entry.value.names.isEmpty ? nil : entry.value.names.joined(separator: ", ")
      let parts = [mapping.explanation(of: entry), names.map { "\(isList ? "any" : "one") of: \($0)" }]
      let comment = parts.compactMap { $0 }.joined(separator: "; ")
      return lines(of: entry.value, after: Self.text(entry.key), comment: comment.isEmpty ? nil : comment)
    }
  }

  private func lines(of value: Tree, after key: String, comment: String?) -> [Line] {
    switch value.content {
    case .mapping(let entries) where !entries.isEmpty:
      [Line(text: "\(key):", comment: comment)] + lines(of: value).map { $0.indented("  ") }
    case .list(let elements) where elements.contains { $0.isNested }:
      [Line(text: "\(key):", comment: comment)] + elements.flatMap { item($0) }
    default:
      [Line(text: "\(key): \(inline(value))", comment: comment)]
    }
  }

  private func item(_ element: Tree) -> [Line] {
    guard element.isNested else { return [Line(text: "  - \(inline(element))")] }
    return lines(of: element).enumerated().map { index, line in line.indented(index == 0 ? "  - " : "    ") }
  }

  private func inline(_ tree: Tree) -> String {
    switch tree.content {
    case .scalar(let text, let quoted): quoted ? Self.quoted(text) : Self.text(text)
    case .list(let elements): "[" + elements.map { inline($0) }.joined(separator: ", ") + "]"
    case .mapping(let entries):
      "{" + entries.map { "\(Self.text($0.key)): \(inline($0.value))" }.joined(separator: ", ") + "}"
    }
  }

  /// The text plain if YAML reads it back as it is, quoted otherwise.
  private static func text(_ text: String) -> String {
    let indicators: Set<Character> = [
      ",", "[", "]", "{", "}", "#", "&", "*", "!", "|", ">", "'", "\"", "%", "@", "`",
    ]
    let isSafe =
      text.first.map { !indicators.contains($0) && !"-?: ".contains($0) || Scalar.looksTyped(text) } ?? false
    let breaks = text.contains { character in
      ",[]{}#".contains(character) || character.isNewline
        || character.unicodeScalars.contains(where: \.isHidden)
    }
    let isPlain = isSafe && !breaks && !text.contains(": ") && !text.hasSuffix(":") && !text.hasSuffix(" ")
    return isPlain ? text : quoted(text)
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.isHidden:
        let digits = String(scalar.value, radix: 16)
        let (mark, width) = scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
        result += "\\\(mark)" + String(repeating: "0", count: width - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension Tree {
  /// A mapping with options, which needs lines of its own in a list.
  fileprivate var isNested: Bool {
    if case .mapping(let entries) = content { !entries.isEmpty } else { false }
  }
}
