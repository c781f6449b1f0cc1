import Foundation

/// A line of a text file, and where it stands.
public struct TextLine: Sendable, Equatable {
  /// The file.
  public let path: String
  /// The number of the line, from 1.
  public let number: Int
  /// The text without space around it.
  public let text: String

  /// The line of this number in a file.
  public init(path: String, number: Int, text: String) {
    (self.path, self.number, self.text) = (path, number, text)
  }
}

extension TextLine: CustomStringConvertible {
  /// `path:number`, as errors begin.
  public var description: String { "\(path):\(number)" }
}

/// Text files with one thing a line.
///
/// One set of rules for all: encodings are those of `TextFile`; lines end with LF, CR LF or CR; space around
/// a line, empty lines and lines that begin with `#` do not count; what stands twice is refused.
public enum TextList {
  /// The file endings of pictures, in lower case.
  public static let pictureExtensions = ["jpg", "jpeg", "png", "jpe", "jfif"]

  /// The lines that count.
  ///
  /// - Throws: `ListError.unreadable`.
  public static func lines(of path: String) throws(ListError) -> [TextLine] {
    let text = try TextFile.read(path)
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
      index, line in
      let line = line.trimmingCharacters(in: .whitespaces)
      return line.isEmpty || isComment(line) ? nil : TextLine(path: path, number: index + 1, text: line)
    }
  }

  /// Whether a line is a comment, which does not count.
  public static func isComment(_ line: String) -> Bool { line.hasPrefix("#") }

  /// The comments that may be meant as names: lines such as `#disk`, without a blank behind the sign.
  ///
  /// - Throws: `ListError.unreadable`.
  public static func gluedComments(of path: String) throws(ListError) -> [String] {
    try TextFile.read(path).split(whereSeparator: \.isNewline).map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { line in
      isComment(line) && line.dropFirst().first.map { !$0.isWhitespace && $0 != "#" } ?? false
    }
  }

  /// The names of the images in a list, in its order, without folder and ending.
  ///
  /// A name ends with the first word that has a picture's ending, so it may hold spaces; where no word has
  /// one, it is the whole line if `isKnown` says that there is such an image, else the first word. A line
  /// `/JPEGImages/x.jpg /SegmentationClass/x.png`, as in the lists of some repositories, names `x`. Quotes
  /// around a name are removed.
  ///
  /// - Throws: `ListError.unreadable`, `.duplicateID` for a name that stands twice, or `.malformed` for a
  ///   name with -1 behind it, as VOC's lists of one class mark images that do not show the class.
  public static func ids(
    of path: String, isKnown: (_ id: String) -> Bool = { _ in false }
  ) throws(ListError) -> [String] {
    var seen: [String: Int] = [:]
    var ids: [String] = []
    for line in try lines(of: path) {
      let isName = isKnown(line.text)
      let (name, rest) = name(in: line.text)
      guard isName || rest.trimmingCharacters(in: .whitespaces) != "-1" else {
        throw .malformed(
          line,
          expected:
            "the name of an image alone: -1 says that a class is absent from it; list the images "
            + "without such a column")
      }
      let id = isName ? line.text : id(ofFile: name)
      if let first = seen.updateValue(line.number, forKey: id) {
        throw .duplicateID(line, id: id, first: first)
      }
      ids.append(id)
    }
    return ids
  }

  /// The file name that a line of words begins with, and what follows it.
  public static func name(in line: String) -> (name: String, rest: Substring) {
    if let quote = line.first, quote == "\"" || quote == "'",
      let end = line.dropFirst().firstIndex(of: quote)
    {
      return (String(line[line.index(after: line.startIndex)..<end]), line[line.index(after: end)...])
    }
    var end = line.startIndex
    while end < line.endIndex {
      let start = line[end...].firstIndex { !$0.isWhitespace } ?? line.endIndex
      end = line[start...].firstIndex(where: \.isWhitespace) ?? line.endIndex
      let word = String(line[start..<end])
      if id(ofFile: word) != word, hasPictureEnding(word) { return (String(line[..<end]), line[end...]) }
    }
    let first = line.prefix { !$0.isWhitespace }
    return (String(first), line[first.endIndex...])
  }

  /// Whether a file name ends as those of pictures do, in whatever case.
  public static func hasPictureEnding(_ name: String) -> Bool {
    guard let dot = name.lastIndex(of: ".") else { return false }
    return pictureExtensions.contains(name[name.index(after: dot)...].lowercased())
  }

  /// The name of an image: its file name without folder and, if it is a picture's, without ending.
  public static func id(ofFile name: String) -> String {
    let file = name.split { $0 == "/" || $0 == "\\" }.last.map(String.init) ?? name
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex, hasPictureEnding(file) else {
      return file
    }
    return String(file[..<dot])
  }
}

/// What can be wrong with a list or a table in a text file.
public enum ListError: Error, Sendable, Equatable {
  /// The file cannot be read.
  case unreadable(path: String, reason: String)
  /// A line is not of the form that is expected.
  case malformed(TextLine, expected: String)
  /// The name of an image stands in an earlier line already.
  case duplicateID(TextLine, id: String, first: Int)
  /// The name of a class stands in an earlier line already.
  case duplicateClass(TextLine, name: String)
  /// Two names of classes differ in case, blanks or the like alone.
  case similarClasses(TextLine, name: String, other: String)
  /// The ids of a class list leave a gap.
  case idOutOfTurn(TextLine, id: Int, expected: Int)
  /// A name that cannot be that of a class.
  case noClassName(TextLine, name: String, reason: String)
  /// More classes than masks have room for.
  case tooManyClasses(path: String, count: Int)
}

extension ListError: CustomStringConvertible {
  /// Where, what, what to do; in one line.
  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .malformed(let line, let expected):
      "\(line): cannot understand \"\(line.text)\"; expected \(expected)"
    case .duplicateID(let line, let id, let first):
      "\(line): \"\(id)\" stands in line \(first) already; remove one of the two"
    case .duplicateClass(let line, let name):
      "\(line): the class \"\(name)\" is named twice; remove one of the two"
    case .similarClasses(let line, let name, let other):
      "\(line): the classes \"\(name)\" and \"\(other)\" differ in case, blanks or signs only; write both "
        + "alike"
    case .noClassName(let line, let name, let reason):
      "\(line): \"\(name)\" is \(reason)"
    case .tooManyClasses(let path, let count):
      "\(path): names \(count) classes, but masks have room for the ids 1 to 254; leave some classes out"
    case .idOutOfTurn(let line, _, let expected):
      "\(line): cannot understand \"\(line.text)\"; expected the id \(expected)"
    }
  }
}
