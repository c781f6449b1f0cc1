import Files
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
  /// How the labels were read, for people.
  var notes: [String] = []
  /// What in them deserves attention.
  var warnings: [String] = []
  /// Whether a class list or the layout gives the classes, and not the rows.
  var areClassesListed = true
}

extension LabelTable {
  /// The names of the foreground classes in a class list.
  static func classes(of path: String) throws(DatasetError) -> [String] {
    let names = try listed { () throws(ListError) in try ClassNames(contentsOf: path) }
    guard !names.foreground.isEmpty else { throw .noClasses(path: path) }
    return names.foreground
  }

  /// A note on lines of a class list that are left out as comments although they may be names.
  static func comments(of path: String) throws(DatasetError) -> [String] {
    let lines = try listed { () throws(ListError) in try TextList.gluedComments(of: path) }
    return lines.isEmpty
      ? [] : ["\(path): lines that begin with # are comments and no classes (\(listing(lines)))"]
  }

  /// Refuses a class whose name would be lost where the classes are listed, in a run's `classes.txt` too.
  ///
  /// - Throws: `DatasetError.lostClass`.
  func requireLastingNames() throws(DatasetError) {
    if let name = ClassNames.lost(of: classNames) { throw .lostClass(path: source, name: name) }
  }

  /// Reads a label file of whichever kind its ending names; `pictures` are the names of the images there are.
  init(file path: String, classes: [String], pictures: Set<String>) throws(DatasetError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .missingLabels(path: path) }
    guard isFile(path) else { throw .unreadable(path: path, reason: "it is no regular file") }
    if path.lowercased().hasSuffix(".npy") {
      try self.init(oneHot: path, classes: classes, pictures: pictures)
    } else {
      self = try LabelReader(path: path, classes: classes, pictures: pictures).table()
    }
  }

  /// Reads the one-hot table of a `.npy` file; keys that are numbers name the picture of the same digits.
  init(oneHot path: String, classes: [String], pictures: Set<String>) throws(DatasetError) {
    let rows = try OneHotTable(path: path).rows
    if let row = rows.sorted(by: { $0.key < $1.key }).first(where: { $0.value.count != classes.count }) {
      throw .labelArray(
        path: path, reason: "\"\(row.key)\" has \(row.value.count) values for \(classes.count) classes")
    }
    var byDigits: [Int: [String]] = [:]
    for id in pictures {
      if let number = Int(id.filter(\.isNumber)) { byDigits[number, default: []].append(id) }
    }
    var labels: [String: [Int]] = [:]
    var keys: [String: String] = [:]
    for (key, row) in rows.sorted(by: { $0.key < $1.key }) {
      var id = pictures.contains(key) ? key : TextList.id(ofFile: key)
      if !pictures.contains(id), let number = Int(id), let ids = byDigits[number] {
        guard ids.count == 1 else {
          throw .labelArray(
            path: path, reason: "the key \(key) stands for \(ids.sorted().joined(separator: " and "))")
        }
        id = ids[0]
      }
      if let first = keys.updateValue(key, forKey: id) {
        throw .labelArray(path: path, reason: "the keys \(first) and \(key) stand for one image")
      }
      labels[id] = row.labels
    }
    self.init(
      classNames: classes, labels: labels, source: path, notes: ["\(path): read as a one-hot table of NumPy"])
  }

  /// Reads the VOC annotations of the given images; names that are no classes are passed over and counted.
  ///
  /// - Throws: `DatasetError.unknownName` for a name that differs from a class in case, blanks or signs
  ///   alone.
  init(annotations folder: String, ids: [String], classes: [String]) throws(DatasetError) {
    var labels: [String: [Int]] = [:]
    var others: [String: Int] = [:]
    let looks = Dictionary(classes.map { (ClassNames.folded($0), $0) }) { first, _ in first }
    let files = Annotations(folder)
    for id in ids {
      let path = try files.path(of: id)
      let names = Set(try readAnnotation(path))
      labels[id] = classes.indices.filter { names.contains(classes[$0]) }
      for name in names.subtracting(classes) {
        if let meant = looks[ClassNames.folded(name)] {
          throw .unknownName(path: path, name: name, nearest: meant)
        }
        others[name, default: 0] += 1
      }
    }
    self.init(classNames: classes, labels: labels, source: folder)
    notes = ["\(folder): read as VOC annotations"]
    if let first = others.min(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      warnings.append(
        "\(folder): \(others.count) names of objects are not in the class list (\"\(first.key)\" in "
          + "\(first.value) images) and were passed over")
    }
  }

  /// Derives the labels of the given images from their masks: every class with at least one pixel.
  init(masksOf ids: [String], in masks: MaskFiles, classes: [String]) throws(DatasetError) {
    var labels: [String: [Int]] = [:]
    for id in ids {
      let counts = try masks.read(id, classes: classes.count).histogram
      labels[id] = classes.indices.filter { counts[$0 + 1] > 0 }
    }
    self.init(
      classNames: classes, labels: labels, source: masks.folder,
      notes: ["\(masks.folder): labels are read from the masks"])
  }
}
