/// A figure for each class in one or more columns, in percent.
public struct ClassTable: Sendable, Equatable {
  /// One column of figures.
  public struct Column: Sendable, Equatable {
    /// The heading.
    public var title: String
    /// A figure for each class; `nil` for a class that occurs neither in the predictions nor in the truth.
    public var values: [Double?]
    /// The mean over the classes that have a figure.
    public var mean: Double?

    /// A column with its mean.
    public init(_ title: String, _ values: [Double?], mean: Double?) {
      self.title = title
      self.values = values
      self.mean = mean
    }
  }

  /// What is judged, as in `segmentation, val, 200 images`.
  public var title: String
  /// The names of the classes.
  public var classes: [String]
  /// The columns; each has as many values as there are classes.
  public var columns: [Column]

  /// A table of `columns` over `classes`.
  public init(_ title: String, classes: [String], columns: [Column]) {
    precondition(
      columns.allSatisfy { $0.values.count == classes.count },
      "table \"\(title)\": \(classes.count) classes, but columns of \(columns.map(\.values.count)) values")
    self.title = title
    self.classes = classes
    self.columns = columns
  }

  /// The table as aligned lines: title, headings, one line per class, the mean, and a footnote for absent
  /// classes.
  public func lines() -> [String] {
    let table = TextTable(
      [.text("class")] + columns.map { .figures($0.title) },
      rows: classes.indices.map { row in [classes[row]] + columns.map { Self.cell($0.values[row]) } },
      totals: ["mean"] + columns.map { Self.cell($0.mean) })
    var lines = table.lines()
    if columns.contains(where: { $0.values.contains { $0 == nil } }) {
      lines.append("— occurs neither in the predictions nor in the truth; left out of the mean")
    }
    return [title] + lines
  }

  private static func cell(_ value: Double?) -> String { value.map { Formatting.fixed($0, 2) } ?? "—" }
}
