import Foundation

/// The names of classes as a list gives them.
public struct ClassNames: Sendable, Equatable {
  /// The name of the id 0; `nil` if the list leaves the background out.
  public private(set) var background: String?
  /// The names of the ids 1, 2, ….
  public private(set) var foreground: [String] = []
}

extension ClassNames {
  /// The most classes that masks have ids for: 0 is the background and 255 to be ignored.
  public static let limit = 254

  /// Names of the id 0 in class lists, and in a label file what says that an image shows no class.
  public static let backgroundNames: Set<String> = ["background", "_background_", "__background__", "bg"]

  /// Names of what is to be left out of masks; lists of annotation tools hold them, and they are no classes.
  public static let ignoreNames: Set<String> = [
    "void", "ignore", "_ignore_", "__ignore__", "ignored", "unlabeled", "unlabelled", "_unlabeled_",
  ]

  /// Reads a class list: one name a line in the order of the ids, with one of these additions.
  ///
  /// - A first line `background` (or `_background_`, behind labelme's `__ignore__` too) names the id 0.
  /// - If the first line begins with an id (`1 cat`, `1: cat`, `1,cat`), lines are `id name`: 0 is the
  ///   background, 255 (`void`) does not count, and the others are 1, 2, … without a gap. A line without an
  ///   id then takes the next one.
  /// - CVAT's `name:r,g,b:parts:actions` names what stands before the colon.
  ///
  /// - Throws: `ListError` where the list cannot be read, or a line would become another id than it says.
  public init(contentsOf path: String) throws(ListError) {
    try self.init(TextList.lines(of: path), of: path)
  }

  private init(_ lines: [TextLine], of path: String) throws(ListError) {
    let lines = lines.map { Self.cleaned($0) }
    let headers: Set<String> = ["id,name", "id name", "index,name", "name", "name,r,g,b"]
    let isNumbered =
      lines.first { !headers.contains($0.text.lowercased()) }.map { Self.numbered($0) != nil } ?? false
    var seen: [String: String] = [:]
    for (index, line) in lines.enumerated() where index > 0 || !headers.contains(line.text.lowercased()) {
      var name = line.text
      if isNumbered, let entry = Self.numbered(line) {
        if entry.id == 255 { continue }
        let due = foreground.count + 1
        guard entry.id == due || entry.id == 0 && background == nil else {
          throw .idOutOfTurn(line, id: entry.id, expected: due)
        }
        name = entry.name
        if entry.id == 0 {
          guard !foreground.contains(name) else { throw .duplicateClass(line, name: name) }
          background = name
          continue
        }
      } else if try isSpecial(name, line) {
        continue
      }
      if lines.count == 1, name.contains(where: { ",;\t".contains($0) }) {
        throw .noClassName(line, name: name, reason: "more than a class name; write one class name per line")
      }
      try add(name, line, &seen)
    }
    guard foreground.count <= Self.limit else { throw .tooManyClasses(path: path, count: foreground.count) }
  }

  /// Takes the names that stand for no class; others are to be added.
  private mutating func isSpecial(_ name: String, _ line: TextLine) throws(ListError) -> Bool {
    let word = name.lowercased()
    if Self.backgroundNames.contains(word) {
      guard foreground.isEmpty, background == nil else {
        throw .noClassName(
          line, name: name,
          reason: "the background, which has the id 0; put it into the first line or leave it out")
      }
      background = name
      return true
    }
    guard Self.ignoreNames.contains(word) else { return false }
    // Labelme's lists begin with __ignore__, which has no id; elsewhere it would shift the ids behind it.
    guard foreground.isEmpty else {
      throw .noClassName(line, name: name, reason: "what masks leave out (255) and no class; remove the line")
    }
    return true
  }

  private mutating func add(_ name: String, _ line: TextLine, _ seen: inout [String: String])
    throws(ListError)
  {
    guard !name.isEmpty else { throw .noClassName(line, name: name, reason: "an empty name; write one") }
    guard name != background else { throw .duplicateClass(line, name: name) }
    guard !Self.backgroundNames.contains(name.lowercased()) else {
      throw .noClassName(
        line, name: name, reason: "the background, which has the id 0; give no other id to it")
    }
    guard !foreground.contains(name) else { throw .duplicateClass(line, name: name) }
    if let reason = Self.problem(of: name) { throw .noClassName(line, name: name, reason: reason) }
    if let other = seen.updateValue(name, forKey: Self.folded(name)) {
      throw .similarClasses(line, name: name, other: other)
    }
    foreground.append(name)
  }

  /// The first of some names that would be lost without a word if a list of them was read again: one that a
  /// list takes for a comment, a title or what masks leave out, or one of several lines.
  public static func lost(of names: [String]) -> String? {
    if let broken = names.first(where: { $0.contains(where: \.isNewline) }) { return broken }
    let lines = names.enumerated().compactMap { index, name -> TextLine? in
      TextList.isComment(name) ? nil : TextLine(path: "", number: index + 1, text: name)
    }
    if lines.count < names.count { return names.first(where: TextList.isComment) }
    // What would be refused is not lost without a word.
    guard let read = try? ClassNames(lines, of: ""), read.foreground.count < names.count else { return nil }
    return names.first { !read.foreground.contains($0) }
  }

  /// What is wrong with a name that does not come from a plain list of names.
  private static func problem(of name: String) -> String? {
    let remedy = "write one class name per line"
    if name.hasPrefix("{") || name.hasPrefix("[") || name.hasSuffix("{") || name.hasSuffix("}") {
      return "no class name but part of a JSON or other file; \(remedy)"
    }
    if name.hasSuffix(":") || name.hasPrefix("- ") {
      return "no class name but part of a YAML file; \(remedy)"
    }
    return nil
  }

  /// A name as it is compared: names that are equal here look alike to people.
  public static func folded(_ name: String) -> String {
    let plain = name.precomposedStringWithCompatibilityMapping.lowercased()
    return String(
      String.UnicodeScalarView(
        plain.unicodeScalars.filter { scalar in
          !(scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint || scalar == "_"
            || scalar == "-")
        }))
  }

  /// The line without a colour behind the name (CVAT's `name:r,g,b::`, or `name,r,g,b`), and without quotes.
  private static func cleaned(_ line: TextLine) -> TextLine {
    var text = line.text
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let columns = (parts.count > 1 ? parts[1] : parts[0][...]).split(separator: ",").suffix(3)
    if columns.count == 3, columns.allSatisfy({ UInt8($0) != nil }) {
      text =
        parts.count > 1 ? String(parts[0]) : text.split(separator: ",").dropLast(3).joined(separator: ",")
    }
    if text.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote {
      text = String(text.dropFirst().dropLast())
    }
    return TextLine(path: line.path, number: line.number, text: text.trimmingCharacters(in: .whitespaces))
  }

  /// The id that a line begins with, and the name after it.
  private static func numbered(_ line: TextLine) -> (id: Int, name: String)? {
    let words = line.text.split(maxSplits: 1) { $0.isWhitespace || $0 == "," || $0 == ":" || $0 == ";" }
    guard words.count == 2, let id = Int(words[0]) else { return nil }
    return (id, words[1].trimmingCharacters(in: .whitespaces))
  }
}
