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
  let imageFolder: String
  /// The path of each image, where the folder was searched beforehand.
  let imagePaths: [String: String]
  /// The folder of the masks, or `nil` if there are none.
  let maskFolder: String?
  /// What the ids in the masks mean.
  var maskIDs = MaskIDs()

  var isOfFiles: Bool { true }
  var classNames: [String] { table.classNames }

  func name(of split: Split) -> String { lists[split]?.name ?? split.rawValue }

  func identifiers(of split: Split) throws(DatasetError) -> [String] {
    guard let list = lists[split], !list.ids.isEmpty else {
      throw .emptySplit(split: split.rawValue, source: imageFolder)
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
    guard let path = maskPath(id), FileManager.default.fileExists(atPath: path) else { return nil }
    let mask = maskIDs(try readMask(path, id: id))
    try checkIds(of: mask, path: path, classes: classNames.count)
    return mask
  }

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
    var paths = [imagePath(id)]
    if wantsMask, let path = maskPath(id) { paths.append(path) }
    return paths.filter { !FileManager.default.fileExists(atPath: $0) }
  }

  private func maskPath(_ id: String) -> String? { maskFolder.map { $0 + "/" + id + ".png" } }

  private func imagePath(_ id: String) -> String {
    if let path = imagePaths[id] { return path }
    let candidates = TextList.pictureExtensions.map { imageFolder + "/" + id + "." + $0 }
    return candidates.first { FileManager.default.fileExists(atPath: $0) } ?? candidates[0]
  }
}

extension FileDataset.List {
  /// Reads the list file that serves a role.
  init(_ name: String, file: String, split: Split) throws(DatasetError) {
    let ids = try listed { () throws(ListError) in try TextList.ids(of: file) }
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
