import Files

/// Cells as aligned lines: headings, a rule, the rows, a second rule and the totals.
public struct TextTable: Sendable, Equatable {
  /// The heading of a column, and on which side its cells are aligned.
  public struct Column: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// Whether the cells are words, which begin at the same place; figures end at the same place.
    public var isText: Bool

    /// A column of words.
    public static func text(_ title: String) -> Column { Column(title: title, isText: true) }

    /// A column of figures.
    public static func figures(_ title: String) -> Column { Column(title: title, isText: false) }
  }

  /// The columns.
  public var columns: [Column]
  /// The cells between the rules; each row has one for each column.
  public var rows: [[String]]
  /// The cells below the second rule.
  public var totals: [String]

  /// A table of `rows` over `totals`.
  ///
  /// - Precondition: every row and the totals have one cell for each column.
  public init(_ columns: [Column], rows: [[String]], totals: [String]) {
    precondition(
      (rows + [totals]).allSatisfy { $0.count == columns.count },
      "table: \(columns.count) columns, but rows of \((rows + [totals]).map(\.count)) cells")
    self.columns = columns
    self.rows = rows
    self.totals = totals
  }

  /// The lines, without spaces at their ends.
  public func lines() -> [String] {
    let all = ([columns.map(\.title)] + rows + [totals]).map { $0.map(\.printable) }
    let widths = columns.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
    var lines = all.map { cells in
      columns.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - cells[column].count)
        return columns[column].isText ? cells[column] + space : space + cells[column]
      }.joined(separator: "  ")
    }
    let rule = String(repeating: "─", count: lines[0].count)
    lines.insert(rule, at: lines.count - 1)
    lines.insert(rule, at: 1)
    return lines.map { String($0.reversed().drop { $0 == " " }.reversed()) }
  }
}
