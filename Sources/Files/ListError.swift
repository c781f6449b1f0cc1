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
