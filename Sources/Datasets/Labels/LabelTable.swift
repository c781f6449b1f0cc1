import Configuration
import Foundation
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
  /// Reads a text or CSV file.
  ///
  /// A line is `id class class …`, or `id,class;class…` where class names may hold spaces. An image without a
  /// class shows background only. A first line whose first field is a word such as `id`, `image` or
  /// `filename` is a header; if it names classes and the lines hold 0 and 1 only, these are one-hot columns.
  /// Without `classes`, those that occur are the classes, in alphabetical order.
  init(text path: String, classes: [String]?) throws(DatasetError) {
    var rows: [(place: DatasetError.Place, fields: [String])] = []
    var header: [String]?
    for line in try readLines(path) {
      let fields = Self.fields(line.text)
      guard !fields.isEmpty, !fields[0].isEmpty else {
        throw .malformedLine(line.place, text: line.text, expected: "an image name and its classes")
      }
      if rows.isEmpty, header == nil, Self.headerWords.contains(fields[0].lowercased()) {
        header = fields
      } else {
        rows.append((line.place, fields))
      }
    }
    if let header, header.count > 1,
      rows.allSatisfy({ $0.fields.dropFirst().allSatisfy { $0 == "0" || $0 == "1" } })
    {
      rows = try Self.named(rows, columns: Array(header.dropFirst()))
    }
    let names = classes ?? Set(rows.flatMap { $0.fields.dropFirst() }).sorted()
    guard !names.isEmpty else { throw .noClasses(path: path) }
    var labels: [String: [Int]] = [:]
    var lines: [String: Int] = [:]
    for (place, fields) in rows {
      let id = identifier(ofFile: fields[0])
      if let first = lines.updateValue(place.line, forKey: id) {
        throw .duplicateIdentifier(place, id: id, first: first)
      }
      labels[id] = try Self.indices(fields.dropFirst(), names: names, place: place)
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
  init(masks folder: String, ids: [String], classes: [String]) throws(DatasetError) {
    var labels: [String: [Int]] = [:]
    for id in ids {
      let path = folder + "/" + id + ".png"
      let counts = try readMask(path, id: id).histogram
      if let wrong = (classes.count + 1..<255).first(where: { counts[$0] > 0 }) {
        throw .maskId(path: path, id: wrong, classes: classes.count)
      }
      labels[id] = classes.indices.filter { counts[$0 + 1] > 0 }
    }
    self.init(classNames: classes, labels: labels, source: folder)
  }

  private static let headerWords: Set<String> = [
    "id", "ids", "image", "images", "image_id", "image_name", "file", "filename", "file_name", "name",
  ]

  private static func fields(_ line: String) -> [String] {
    guard line.contains(",") else { return line.split(whereSeparator: \.isWhitespace).map(String.init) }
    let parts = line.split(separator: ",", omittingEmptySubsequences: false).enumerated().flatMap {
      index, part in
      index == 0 ? [part] : part.split { $0 == ";" || $0 == "|" }
    }
    let trimmed = parts.map { $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t\"'")) }
    return trimmed.enumerated().filter { $0.offset == 0 || !$0.element.isEmpty }.map(\.element)
  }

  /// Turns rows of 0 and 1 into rows of names.
  private static func named(
    _ rows: [(place: DatasetError.Place, fields: [String])], columns: [String]
  ) throws(DatasetError) -> [(place: DatasetError.Place, fields: [String])] {
    var result: [(place: DatasetError.Place, fields: [String])] = []
    for (place, fields) in rows {
      guard fields.count == columns.count + 1 else {
        throw .malformedLine(
          place, text: fields.joined(separator: ","),
          expected: "\(columns.count) values of 0 or 1, one for each column of the first line")
      }
      result.append(
        (place, [fields[0]] + columns.indices.filter { fields[$0 + 1] == "1" }.map { columns[$0] }))
    }
    return result
  }

  private static func indices(
    _ fields: ArraySlice<String>, names: [String], place: DatasetError.Place
  ) throws(DatasetError) -> [Int] {
    var indices: Set<Int> = []
    for field in fields {
      guard let index = names.firstIndex(of: field) else {
        throw .unknownClass(place, name: field, nearest: nearest(to: field, among: names))
      }
      indices.insert(index)
    }
    return indices.sorted()
  }
}
