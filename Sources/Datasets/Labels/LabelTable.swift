import Configuration
import Files
import Imaging

/// The image-level labels of a data set.
struct LabelTable: Sendable {
  /// The names of the foreground classes.
  let classNames: [String]
  /// The class indices of each image, in rising order.
  let labels: [String: [Int]]
  /// Where the labels come from.
  let source: String
}

extension LabelTable {
  /// The names of the foreground classes in a class list.
  static func classes(of path: String) throws(DatasetError) -> [String] {
    let names = try listed { () throws(ListError) in try TextList.classes(of: path) }
    guard !names.foreground.isEmpty else { throw .noClasses(path: path) }
    return names.foreground
  }

  /// Reads a text or CSV file.
  ///
  /// A line is `id class class …`, or `id,class;class…` where class names may hold spaces. An image without a
  /// class shows background only. A first line whose first field is a word such as `id`, `image` or
  /// `filename` is a header; if it names classes and the lines hold 0 and 1 only, these are one-hot columns.
  /// Without `classes`, those that occur are the classes, in alphabetical order.
  init(text path: String, classes: [String]?) throws(DatasetError) {
    var rows = try listed { () throws(ListError) in try CSV.rows(of: path) }
    if let row = rows.first(where: { $0.fields.first?.isEmpty ?? true }) {
      throw .list(.malformed(row.line, expected: "an image name and its classes"))
    }
    if let header = rows.first?.fields, Self.headerWords.contains(header[0].lowercased()) {
      rows.removeFirst()
      if header.count > 1, rows.allSatisfy({ $0.fields.dropFirst().allSatisfy { $0 == "0" || $0 == "1" } }) {
        rows = try Self.named(rows, columns: Array(header.dropFirst()))
      }
    }
    let names = classes ?? Set(rows.flatMap { $0.fields.dropFirst() }).sorted()
    guard !names.isEmpty else { throw .noClasses(path: path) }
    var labels: [String: [Int]] = [:]
    var lines: [String: Int] = [:]
    for row in rows {
      let id = TextList.id(ofFile: row.fields[0])
      if let first = lines.updateValue(row.line.number, forKey: id) {
        throw .list(.duplicateID(row.line, id: id, first: first))
      }
      labels[id] = try Self.indices(row, names: names)
    }
    self.init(classNames: names, labels: labels, source: path)
  }

  /// Reads the one-hot table of a `.npy` file.
  init(oneHot path: String, classes: [String]) throws(DatasetError) {
    let rows = try OneHotTable(path: path).rows
    if let row = rows.sorted(by: { $0.key < $1.key }).first(where: { $0.value.count != classes.count }) {
      throw .labelArray(
        path: path, reason: "\"\(row.key)\" has \(row.value.count) values for \(classes.count) classes")
    }
    self.init(classNames: classes, labels: rows.mapValues(\.labels), source: path)
  }

  /// Reads the VOC annotations of the given images; names that are no classes are passed over, as elsewhere.
  init(annotations folder: String, ids: [String], classes: [String]) throws(DatasetError) {
    var labels: [String: [Int]] = [:]
    for id in ids {
      let names = Set(try readAnnotation(folder + "/" + id + ".xml"))
      labels[id] = classes.indices.filter { names.contains(classes[$0]) }
    }
    self.init(classNames: classes, labels: labels, source: folder)
  }

  /// Derives the labels of the given images from their masks: every class with at least one pixel.
  init(
    masks folder: String, ids: [String], classes: [String], meaning: MaskIDs = MaskIDs()
  ) throws(DatasetError) {
    var labels: [String: [Int]] = [:]
    for id in ids {
      let path = folder + "/" + id + ".png"
      let mask = meaning(try readMask(path, id: id))
      try checkIds(of: mask, path: path, classes: classes.count)
      let counts = mask.histogram
      labels[id] = classes.indices.filter { counts[$0 + 1] > 0 }
    }
    self.init(classNames: classes, labels: labels, source: folder)
  }

  private static let headerWords: Set<String> = [
    "id", "ids", "image", "images", "image_id", "image_name", "file", "filename", "file_name", "name",
  ]

  /// Turns rows of 0 and 1 into rows of names.
  private static func named(_ rows: [CSV.Row], columns: [String]) throws(DatasetError) -> [CSV.Row] {
    var result: [CSV.Row] = []
    for row in rows {
      guard row.fields.count == columns.count + 1 else {
        let expected = "\(columns.count) values of 0 or 1, one for each column of the first line"
        throw .list(.malformed(row.line, expected: expected))
      }
      let names = columns.indices.filter { row.fields[$0 + 1] == "1" }.map { columns[$0] }
      result.append(CSV.Row(row.line, [row.fields[0]] + names))
    }
    return result
  }

  private static func indices(_ row: CSV.Row, names: [String]) throws(DatasetError) -> [Int] {
    var indices: Set<Int> = []
    for field in row.fields.dropFirst() {
      guard let index = names.firstIndex(of: field) else {
        throw .unknownClass(row.line, name: field, nearest: nearest(to: field, among: names))
      }
      indices.insert(index)
    }
    return indices.sorted()
  }
}
