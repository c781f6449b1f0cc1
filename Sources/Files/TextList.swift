import Foundation

/// A line of a text file, and where it stands.
public struct TextLine: Sendable, Equatable {
  /// The file.
  public let path: String
  /// The number of the line, from 1.
  public let number: Int
  /// The text without space around it.
  public let text: String
}

extension TextLine: CustomStringConvertible {
  /// `path:number`, as errors begin.
  public var description: String { "\(path):\(number)" }
}

/// The names of classes as a list gives them.
public struct ClassNames: Sendable, Equatable {
  /// The name of the id 0; `nil` if the list leaves the background out.
  public fileprivate(set) var background: String?
  /// The names of the ids 1, 2, ….
  public fileprivate(set) var foreground: [String] = []
}

/// Text files with one thing a line.
///
/// One set of rules for all: UTF-8, with or without a byte order mark; lines end with LF or CR LF; space
/// around a line, empty lines and lines that begin with `#` do not count; what stands twice is refused.
public enum TextList {
  /// The file endings of pictures, in lower case.
  public static let pictureExtensions = ["jpg", "jpeg", "png"]

  /// The lines that count.
  ///
  /// - Throws: `ListError.unreadable`.
  public static func lines(of path: String) throws(ListError) -> [TextLine] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch {
      throw .unreadable(path: path, reason: "no UTF-8 text file")
    }
    return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
      index, line in
      let line = line.trimmingCharacters(in: .whitespaces)
      return line.isEmpty || line.hasPrefix("#") ? nil : TextLine(path: path, number: index + 1, text: line)
    }
  }

  /// The names of the images in a list, in its order: the first word of each line, without folder and ending.
  ///
  /// A line `/JPEGImages/x.jpg /SegmentationClass/x.png`, as in the lists of some repositories, names `x`.
  ///
  /// - Throws: `ListError.unreadable`, or `.duplicateID` for a name that stands twice.
  public static func ids(of path: String) throws(ListError) -> [String] {
    var seen: [String: Int] = [:]
    var ids: [String] = []
    for line in try lines(of: path) {
      let id = id(ofFile: String(line.text.prefix { !$0.isWhitespace }))
      if let first = seen.updateValue(line.number, forKey: id) {
        throw .duplicateID(line, id: id, first: first)
      }
      ids.append(id)
    }
    return ids
  }

  /// The name of an image: its file name without folder and, if it is a picture's, without ending.
  public static func id(ofFile name: String) -> String {
    let file = name.split(separator: "/").last.map(String.init) ?? name
    guard let dot = file.lastIndex(of: "."), dot != file.startIndex else { return file }
    let ending = file[file.index(after: dot)...].lowercased()
    return pictureExtensions.contains(ending) ? String(file[..<dot]) : file
  }

  /// The names of a class list.
  ///
  /// Either one name a line in the order of the ids, where a first line `background` is that of the id 0;
  /// or, if the first line begins with an id, lines `id name`: 0 is the background, 255 ("void") does not
  /// count, and the others are 1, 2, … without a gap. A line without an id then takes the next one.
  ///
  /// - Throws: `ListError.unreadable`, `.duplicateClass` or `.idOutOfTurn`.
  public static func classes(of path: String) throws(ListError) -> ClassNames {
    let lines = try lines(of: path)
    var names = ClassNames()
    let isNumbered = lines.first.map { numbered($0) != nil } ?? false
    for (index, line) in lines.enumerated() {
      var name = line.text
      if isNumbered, let entry = numbered(line) {
        if entry.id == 255 { continue }
        let due = names.foreground.count + 1
        guard entry.id == due || entry.id == 0 && names.background == nil else {
          throw .idOutOfTurn(line, id: entry.id, expected: due)
        }
        name = entry.name
        if entry.id == 0 {
          names.background = name
          continue
        }
      } else if index == 0, backgroundNames.contains(name.lowercased()) {
        names.background = name
        continue
      }
      guard !names.foreground.contains(name) else { throw .duplicateClass(line, name: name) }
      names.foreground.append(name)
    }
    return names
  }

  private static let backgroundNames: Set<String> = ["background", "_background_", "__background__"]

  /// The id that a line begins with, and the name after it.
  private static func numbered(_ line: TextLine) -> (id: Int, name: String)? {
    let words = line.text.split(maxSplits: 1, whereSeparator: \.isWhitespace)
    guard words.count == 2, let id = Int(words[0]) else { return nil }
    return (id, words[1].trimmingCharacters(in: .whitespaces))
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
  /// The ids of a class list leave a gap.
  case idOutOfTurn(TextLine, id: Int, expected: Int)
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
    case .idOutOfTurn(let line, _, let expected):
      "\(line): cannot understand \"\(line.text)\"; expected the id \(expected)"
    }
  }
}
