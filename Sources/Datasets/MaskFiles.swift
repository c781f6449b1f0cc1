import Files
import Foundation
import Imaging

/// The true masks of a data set, and what the ids in their files mean.
struct MaskFiles: Sendable {
  private let files: PictureIndex
  private let ids: MaskIDs
  /// The ids of the classes that are kept, and how many classes there are in the files; `nil` for all.
  private var part: (ids: MaskIDs, classes: Int)?

  /// The masks in a folder.
  ///
  /// - Throws: `DatasetError.unreadable`, or `.ambiguousImage` for two masks of one name.
  init(_ folder: String, _ ids: MaskIDs) throws(DatasetError) {
    files = try PictureIndex(folder, endings: ["png"])
    self.ids = ids
  }

  var folder: String { files.folder }

  /// The name of the first mask that there is.
  var first: String? { files.paths.values.min() }

  /// The path of an image's mask, or where it would have to be.
  func path(of id: String) -> String { files.paths[id] ?? folder + "/" + id + ".png" }

  /// Whether there is a mask of an image.
  func has(_ id: String) -> Bool { files.paths[id] != nil }

  /// The mask of an image with ids of so many classes.
  ///
  /// - Throws: `DatasetError.missingMask`, `.image`, or `.maskId` for an id that is no class.
  func read(_ id: String, classes: Int) throws(DatasetError) -> LabelMap {
    let mask = ids(try readMask(path(of: id), id: id))
    try checkIds(of: mask, path: path(of: id), classes: part?.classes ?? classes)
    return part?.ids(mask) ?? mask
  }

  /// The masks of some of `count` classes, by index: these have the ids 1, 2, … in their order, and those of
  /// others become 255.
  func keeping(classes indices: [Int], of count: Int) -> MaskFiles {
    var files = self
    files.part = (MaskIDs(keeping: indices), count)
    return files
  }

  /// Refuses a class id that the data set does not have.
  func requireClasses(_ count: Int) throws(DatasetError) { try ids.requireClasses(count) }
}
