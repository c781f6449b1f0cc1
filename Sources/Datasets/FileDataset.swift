import Files
import Foundation
import Imaging

/// A data set of image and mask files, whatever their layout.
struct FileDataset: Dataset {
  /// One list of images.
  struct List: Sendable {
    let name: String
    let ids: [String]
  }

  let table: LabelTable
  let lists: [Split: List]
  let images: PictureIndex
  /// The masks, or `nil` if there are none.
  let masks: MaskFiles?
  /// What in the files deserves attention, beside what the table and the folders say.
  var remarks: [String] = []

  var classNames: [String] { table.classNames }
  var notes: [String] { table.notes }
  var warnings: [String] { images.warnings + table.warnings + remarks }

  func name(of split: Split) -> String { lists[split]?.name ?? split.rawValue }

  func identifiers(of split: Split) throws(DatasetError) -> [String] {
    guard let list = lists[split], !list.ids.isEmpty else {
      throw .emptySplit(split: split.rawValue, source: images.folder)
    }
    return list.ids
  }

  func labels(of id: String) throws(DatasetError) -> [Int] {
    guard let labels = table.labels[id] else { throw .noLabels(id: id, path: table.source) }
    return labels
  }

  func image(of id: String) throws(DatasetError) -> Image {
    try readImage(imagePath(id), id: id)
  }

  func mask(of id: String) throws(DatasetError) -> LabelMap? {
    guard let masks, masks.has(id) else { return nil }
    return try masks.read(id, classes: classNames.count)
  }

  var isOfFiles: Bool { true }

  func sample(_ id: String, wantsMask: Bool) throws(DatasetError) -> Sample {
    let image = try image(of: id)
    let mask = wantsMask ? try mask(of: id) : nil
    if let mask, (mask.width, mask.height) != (image.width, image.height) {
      let isTurned = (mask.width, mask.height) == (image.height, image.width)
      if isTurned, orientation(of: id).swapsSides {
        throw .maskTurned(id: id, width: mask.width, height: mask.height)
      }
      try checkSize(of: mask, id: id, image: image)
    }
    return Sample(id: id, image: image, labels: try labels(of: id), mask: mask)
  }

  func orientation(of id: String) -> Orientation {
    (try? Orientation(contentsOf: imagePath(id))) ?? .upright
  }

  func missingFiles(of id: String, wantsMask: Bool) -> [String] {
    let path = imagePath(id)
    var missing = FileManager.default.fileExists(atPath: path) ? [] : [path]
    if wantsMask, let masks, !masks.has(id) { missing.append(masks.path(of: id)) }
    return missing
  }

  var labelSource: String { table.source.split(separator: "/").last.map(String.init) ?? table.source }

  func files(of id: String) -> (image: String?, mask: String?) {
    (imagePath(id), masks.flatMap { $0.has(id) ? $0.path(of: id) : nil })
  }

  private func imagePath(_ id: String) -> String { images.paths[id] ?? images.folder + "/" + id + ".jpg" }
}

extension FileDataset {
  /// Refuses a folder of masks in which no image of any list has one, since they are called otherwise, and
  /// ids of masks that mean classes which there are not.
  func requireUsefulMasks() throws(DatasetError) {
    guard let masks else { return }
    try masks.requireClasses(classNames.count)
    let ids = Split.allCases.flatMap { lists[$0]?.ids ?? [] }
    guard !ids.contains(where: masks.has) else { return }
    throw .noMaskMatches(
      folder: masks.folder, expected: (ids.first ?? "") + ".png", found: masks.first)
  }
}

extension FileDataset.List {
  /// Reads the list file that serves a role.
  init(_ name: String, file: String, split: Split, among images: PictureIndex) throws(DatasetError) {
    let ids = try listed { () throws(ListError) in
      try TextList.ids(of: file, isKnown: { images.paths[$0] != nil })
    }
    guard !ids.isEmpty else { throw .emptySplit(split: split.rawValue, source: file) }
    self.init(name: name, ids: ids)
  }
}

/// A path inside a folder, unless it is absolute already.
func path(_ name: String, in folder: String) -> String {
  name.hasPrefix("/") ? name : folder + "/" + name
}

/// Whether there is a folder at a path.
func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
}

/// The picture of a file.
func readImage(_ path: String, id: String) throws(DatasetError) -> Image {
  guard FileManager.default.fileExists(atPath: path) else { throw .missingImage(id: id, path: path) }
  do { return try Image(contentsOf: path) } catch { throw .image(error) }
}

/// The mask of a file.
func readMask(_ path: String, id: String) throws(DatasetError) -> LabelMap {
  guard FileManager.default.fileExists(atPath: path) else { throw .missingMask(id: id, path: path) }
  do { return try LabelMap(contentsOf: path) } catch { throw .image(error) }
}
