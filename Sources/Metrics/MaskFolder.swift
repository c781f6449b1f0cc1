import Files
import Foundation

/// The masks in a folder by the names of their pictures, whatever the case of their ending.
///
/// Names compare by canonical equivalence, so that those of one Unicode form find files of the other.
struct MaskFolder {
  let path: String
  /// The file name of each mask, by what stands before `.png`.
  private(set) var files: [String: String] = [:]
  /// The file names of pictures in other formats, by what stands before their endings.
  private(set) var others: [String: String] = [:]

  /// Lists a folder.
  ///
  /// - Throws: `ScoreError.cannotList`, `.noMasks`, `.sameName`.
  init(_ path: String) throws(ScoreError) {
    self.path = path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw .cannotList(folder: path, reason: "no such folder")
    }
    guard isFolder.boolValue else { throw .cannotList(folder: path, reason: "not a folder") }
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw .cannotList(folder: path, reason: "permission denied")
    }
    for name in names.sorted() where !name.hasPrefix(".") {
      let (stem, ending) = PictureEndings.split(name)
      if ending == "png" {
        if let first = files[stem] { throw .sameName(path: "\(path)/\(name)", first: first) }
        files[stem] = name
      } else if PictureEndings.unread.contains(ending) || TextList.pictureExtensions.contains(ending) {
        others[stem] = name
      }
    }
    if files.isEmpty { throw .noMasks(folder: path) }
  }

  /// The path of a mask, or where it would have to be.
  func path(of id: String) -> String { "\(path)/\(files[id] ?? id + ".png")" }
}
