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
  /// How the labels were read, for people.
  var notes: [String] = []
  /// What in them deserves attention.
  var warnings: [String] = []
}

extension LabelTable {
  /// The names of the foreground classes in a class list.
  static func classes(of path: String) throws(DatasetError) -> [String] {
    let names = try listed { () throws(ListError) in try ClassNames(contentsOf: path) }
    guard !names.foreground.isEmpty else { throw .noClasses(path: path) }
    return names.foreground
  }

  /// Reads a label file of whichever kind its ending names; `pictures` are the names of the images there are.
  init(file path: String, classes: [String], pictures: Set<String>) throws(DatasetError) {
    guard isFile(path) else { throw .missingLabels(path: path) }
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
    for (key, row) in rows {
      var id = key
      if !pictures.contains(key), let number = Int(key), let ids = byDigits[number] {
        guard ids.count == 1 else {
          throw .labelArray(
            path: path, reason: "the key \(key) stands for \(ids.sorted().joined(separator: " and "))")
        }
        id = ids[0]
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
    for id in ids {
      let path = folder + "/" + id + ".xml"
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
