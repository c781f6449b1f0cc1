import Foundation

/// The classes of a folder of masks: how many there are, and what they are called if that is known.
public struct ClassList: Sendable, Equatable {
  /// The names by id, background first; numbers where no names were given.
  public let names: [String]

  /// The number of classes, background included.
  public var count: Int { names.count }

  /// Creates a list of named classes.
  public init(names: [String]) {
    self.names = names
  }

  /// Creates a list of `count` classes that are called by their ids.
  public init(count: Int) {
    names = (0..<count).map { "\($0)" }
  }

  /// Reads a number of classes, or the path of a file with one class per line.
  ///
  /// A line is a name, or an id and a name; empty lines are skipped, and so is the id 255 ("void").
  ///
  /// - Throws: `ScoreError.badClassCount` or `.badClassFile`.
  public init(parsing text: String) throws(ScoreError) {
    if let count = Int(text) {
      guard (1...255).contains(count) else { throw .badClassCount(text) }
      self.init(count: count)
      return
    }
    guard let content = try? String(contentsOfFile: text, encoding: .utf8) else {
      throw .badClassCount(text)
    }
    var names: [String] = []
    for line in content.split(whereSeparator: \.isNewline) {
      let line = line.trimmingCharacters(in: .whitespaces)
      let parts = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard let first = parts.first else { continue }
      guard parts.count == 2, let id = Int(first) else {
        names.append(line)
        continue
      }
      if id == 255 { continue }
      guard id == names.count else {
        throw .badClassFile(path: text, reason: "the id \(id) stands where \(names.count) is due")
      }
      names.append(parts[1].trimmingCharacters(in: .whitespaces))
    }
    guard (1...255).contains(names.count) else {
      throw .badClassFile(path: text, reason: "it names \(names.count) classes")
    }
    self.init(names: names)
  }
}
