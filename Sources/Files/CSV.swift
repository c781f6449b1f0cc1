import Foundation

/// The rows of a table in a text file, under the rules of `TextList`.
///
/// A line with a comma is `first,second;third…`: fields end at a comma and, from the second on, also at `;`
/// or at `|`, so they may hold spaces. A line without one is `first second third…`. Space and quotes around
/// a field are removed, and from the second on empty fields.
public enum CSV {
  /// One row.
  public struct Row: Sendable, Equatable {
    /// Where it stands.
    public let line: TextLine
    /// The fields; the first may be empty.
    public let fields: [String]

    /// A row of `fields` in `line`.
    public init(_ line: TextLine, _ fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// The rows of the file at `path`.
  ///
  /// - Throws: `ListError.unreadable`.
  public static func rows(of path: String) throws(ListError) -> [Row] {
    try TextList.lines(of: path).map { Row($0, fields($0.text)) }
  }

  private static func fields(_ line: String) -> [String] {
    guard line.contains(",") else { return line.split(whereSeparator: \.isWhitespace).map(String.init) }
    let parts = line.split(separator: ",", omittingEmptySubsequences: false).enumerated().flatMap {
      index, part in
      index == 0 ? [part] : part.split { $0 == ";" || $0 == "|" }
    }
    let trimmed = parts.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'")) }
    return trimmed.enumerated().filter { $0.offset == 0 || !$0.element.isEmpty }.map(\.element)
  }
}
