import Configuration
import Files
import Foundation
import Imaging

/// The true masks of a data set, and what the ids in their files mean.
struct MaskFiles: Sendable {
  /// What becomes of the ids in files.
  struct Ids: Sendable {
    /// The id, beside 255, of pixels that are to be ignored.
    var ignored: Int?
    /// The ids that stand for others: `[255: 1]` for masks of one class in black and white.
    var map: [Int: Int] = [:]

    /// The class id of each id in a file.
    fileprivate var table: [UInt8] {
      var table = [UInt8](0...255)
      if let ignored { table[ignored] = 255 }
      for (old, new) in map { table[old] = UInt8(new) }
      return table
    }

    fileprivate var isIdentity: Bool { ignored == nil && map.isEmpty }
  }

  let files: PictureIndex
  private let ids: Ids

  /// The masks in a folder.
  ///
  /// - Throws: `DatasetError.unreadable`, or `.ambiguousImage` for two masks of one name.
  init(_ folder: String, _ ids: Ids) throws(DatasetError) {
    files = try PictureIndex(folder, endings: ["png"])
    self.ids = ids
  }

  var folder: String { files.folder }

  /// The path of an image's mask, or where it would have to be.
  func path(of id: String) -> String { files.paths[id] ?? folder + "/" + id + ".png" }

  /// Whether there is a mask of an image.
  func has(_ id: String) -> Bool { files.paths[id] != nil }

  /// The mask of an image with ids of so many classes.
  ///
  /// - Throws: `DatasetError.missingMask`, `.image`, or `.maskId` for an id that is no class.
  func read(_ id: String, classes: Int) throws(DatasetError) -> LabelMap {
    guard has(id) else { throw .missingMask(id: id, path: path(of: id)) }
    let mask = try readMask(path(of: id), id: id)
    let known =
      ids.isIdentity ? mask : LabelMap(width: mask.width, height: mask.height, ids: renumbered(mask.ids))
    try checkIds(of: known, path: path(of: id), classes: classes)
    return known
  }

  private func renumbered(_ old: [UInt8]) -> [UInt8] {
    let table = ids.table
    return old.map { table[Int($0)] }
  }
}

/// The options of data sets that say what ids in the files of masks mean.
protocol MaskIdOptions {
  var ignoreId: Int? { get }
  var idMap: [String: Int] { get }
}

extension MaskIdOptions {
  /// Refuses ids that masks cannot hold.
  func validateMaskIds() throws(ConfigurationError) {
    if let ignoreId, !(0...255).contains(ignoreId) {
      throw .invalid("ignore_id", "is \(ignoreId); use an id from 0 to 255, or none")
    }
    for (key, value) in idMap.sorted(by: { $0.key < $1.key }) {
      guard let id = Int(key), (0...255).contains(id), (0...255).contains(value) else {
        throw .invalid("id_map", "maps \(key) to \(value); use ids from 0 to 255")
      }
    }
  }

  /// What the options say.
  var maskIds: MaskFiles.Ids {
    var map: [Int: Int] = [:]
    for (key, value) in idMap { if let key = Int(key) { map[key] = value } }
    return MaskFiles.Ids(ignored: ignoreId, map: map)
  }
}
