import Files
import Foundation
import Imaging

/// The true masks of a data set, and what the ids in their files mean.
struct MaskFiles: Sendable {
  private let files: PictureIndex
  private let ids: MaskIDs

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
    try checkIds(of: mask, path: path(of: id), classes: classes)
    return mask
  }

  /// Refuses a class id that the data set does not have.
  func requireClasses(_ count: Int) throws(DatasetError) { try ids.requireClasses(count) }
}
