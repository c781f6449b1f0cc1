import Foundation

/// A table in a text file, under the rules of `TextList`.
///
/// Fields end at commas, semicolons or tabs, whichever most lines have first; where no line has one, at
/// blanks. A first line `sep=;`, as spreadsheets write it, says what they end at and is no row. A field in
/// double quotes may hold the separator, and `""` is a quote in it. A line of a table with
/// separators that has none itself ends its fields at blanks. The first field of such a line is a file name
/// under the rules of `TextList.name(in:)`, so it may hold blanks too.
public struct CSV: Sendable {
  /// One row.
  public struct Row: Sendable, Equatable {
    /// Where it stands.
    public let line: TextLine
    /// The fields without blanks and quotes around them; some may be empty.
    public let fields: [String]

    /// A row of `fields` in `line`.
    public init(_ line: TextLine, _ fields: [String]) {
      self.line = line
      self.fields = fields
    }
  }

  /// What fields end at; `nil` for blanks.
  public let separator: Character?
  /// The rows from first to last.
  public let rows: [Row]

  /// Reads the file at `path`.
  ///
  /// - Throws: `ListError.unreadable`, or `.malformed` for a quote that is not closed.
  public init(contentsOf path: String) throws(ListError) {
    var lines = try TextList.lines(of: path)
    let declared = lines.first.flatMap { Self.declaredSeparator($0.text) }
    if declared != nil { lines.removeFirst() }
    var votes: [Character: Int] = [:]
    for line in lines {
      if let first = Self.pieces(line.text, at: { "," == $0 || ";" == $0 || "\t" == $0 }).first?.end {
        votes[first, default: 0] += 1
      }
    }
    let winner = [",", ";", "\t"].max { votes[$0, default: 0] < votes[$1, default: 0] }
    let separator = declared ?? winner.flatMap { votes[$0] == nil ? nil : $0 }
    self.separator = separator
    var rows: [Row] = []
    for line in lines {
      let pieces = separator.map { character in Self.pieces(line.text) { $0 == character } } ?? []
      if let last = pieces.last, last.isOpen {
        throw .malformed(line, expected: "a quote behind the last field that begins with one")
      }
      rows.append(Row(line, pieces.count > 1 ? pieces.map(\.text) : Self.words(line.text)))
    }
    self.rows = rows
  }

  /// What the line `sep=;` of a spreadsheet says that fields end at; `nil` for every other line.
  private static func declaredSeparator(_ line: String) -> Character? {
    let text = line.filter { $0 != "\"" }
    guard text.count == 5 || text.count == 4, text.lowercased().hasPrefix("sep=") else { return nil }
    // A tab at the end of a line is blank space and is gone by now.
    guard text.count == 5, let separator = text.last else { return "\t" }
    return ",;|\t".contains(separator) ? separator : nil
  }

  /// A field, the separator that ends it, and whether a quote in it is still open.
  private typealias Piece = (text: String, end: Character?, isOpen: Bool)

  private static func pieces(_ line: String, at isSeparator: (Character) -> Bool) -> [Piece] {
    var pieces: [Piece] = []
    var field = ""
    var (isQuoted, isBlank) = (false, true)
    for character in line {
      if !isQuoted, isSeparator(character) {
        pieces.append((cleaned(field), character, false))
        (field, isBlank) = ("", true)
        continue
      }
      // A quote within a word is a letter.
      if character == "\"", isQuoted || isBlank { isQuoted.toggle() }
      if character != "\"", !character.isWhitespace { isBlank = false }
      field.append(character)
    }
    return pieces + [(cleaned(field), nil, isQuoted)]
  }

  /// The field without blanks around it and without one pair of quotes.
  private static func cleaned(_ field: String) -> String {
    let text = field.trimmingCharacters(in: .whitespaces)
    guard text.count > 1, let quote = text.first, quote == "\"" || quote == "'", text.last == quote else {
      return text
    }
    let inner = text.dropFirst().dropLast().replacing("\"\"", with: "\"")
    return inner.trimmingCharacters(in: .whitespaces)
  }

  private static func words(_ line: String) -> [String] {
    let (name, rest) = TextList.name(in: line)
    var words: [String] = []
    var word = ""
    var quote: Character?
    for character in rest + " " {
      if quote == nil, character.isWhitespace {
        if !word.isEmpty { words.append(cleaned(word)) }
        word = ""
        continue
      }
      if character == quote {
        quote = nil
      } else if quote == nil, word.isEmpty, character == "\"" || character == "'" {
        quote = character
      }
      word.append(character)
    }
    return [cleaned(name)] + words
  }
}
