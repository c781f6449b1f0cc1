public import Files

/// The figures of a run, `metrics.json`: nested keys in the order in which they were first set.
public struct MetricsFile: Sendable {
  /// Where the file lies.
  public let path: String
  /// All figures.
  public private(set) var values: JSON

  /// The figures that lie at `path` already, or none.
  ///
  /// - Throws: `unreadable` or `notJSON` if there is a file that cannot be understood.
  public init(path: String) throws(ReportingError) {
    self.path = path
    guard let text = try readReport(path) else {
      values = .object([])
      return
    }
    do {
      values = try JSON(parsing: text)
    } catch {
      throw .notJSON(path: path, line: error.line, expected: error.expected)
    }
  }

  /// The figure at a dotted key, as in `segmentation.val.mIoU`.
  public subscript(key: String) -> JSON? {
    key.split(separator: ".").reduce(values as JSON?) { $0?[String($1)] }
  }

  /// Sets figures at dotted keys and replaces the file.
  ///
  /// - Throws: `unwritable`; the old file is then still there.
  public mutating func update(_ figures: [(String, JSON)]) throws(ReportingError) {
    for (key, value) in figures { Self.set(&values, key.split(separator: ".").map(String.init)[...], value) }
    do { try AtomicFile.write(values.pretty() + "\n", to: path) } catch { throw ReportingError(error) }
  }

  private static func set(_ tree: inout JSON, _ keys: ArraySlice<String>, _ value: JSON) {
    guard let key = keys.first else {
      tree = value
      return
    }
    var child = tree[key] ?? .object([])
    set(&child, keys.dropFirst(), value)
    tree[key] = child
  }
}
