import Files
import Foundation

/// The pictures in a folder by their names, whatever the case and the composition of letters in them.
struct PictureIndex: Sendable {
  let folder: String
  /// The path of each picture. Names compare by canonical equivalence, so that lists in one Unicode form find
  /// files in the other.
  fileprivate(set) var paths: [String: String] = [:]
  /// The names of folders in the folder, in rising order.
  private(set) var folders: [String] = []
  /// What in the folder was not read, for people.
  fileprivate(set) var warnings: [String] = []

  /// Lists the folder; `endings` are those that count, in lower case.
  ///
  /// - Throws: `DatasetError.unreadable`, `.ambiguousImage` for two files of one name.
  init(_ folder: String, endings: [String] = TextList.pictureExtensions) throws(DatasetError) {
    self.folder = folder
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
      throw .unreadable(path: folder, reason: "no permission")
    }
    var odd: [String: [String]] = [:]
    for name in names.sorted() where !name.hasPrefix(".") {
      let path = folder + "/" + name
      let ending = name.lastIndex(of: ".").map { name[name.index(after: $0)...].lowercased() } ?? ""
      if isFolder(path) {
        if endings.contains(ending) { odd["folders with the name of a picture", default: []].append(name) }
        folders.append(name)
      } else if endings.contains(ending), name != "." + ending {
        guard isFile(path) else {
          let kind =
            name.unicodeScalars.contains("\u{fffd}") ? "names that are not UTF-8" : "no regular files"
          odd[kind, default: []].append(name)
          continue
        }
        let id = String(name.dropLast(ending.count + 1))
        if let first = paths[id] { throw .ambiguousImage(id: id, first: first, second: path) }
        paths[id] = path
      } else if PictureEndings.unread.contains(ending) {
        odd[".\(ending) files", default: []].append(name)
      }
    }
    warnings = odd.sorted { $0.key < $1.key }.map { kind, names in
      "\(folder): \(names.count) of other kinds are not read: \(kind) (\(listing(names))); "
        + "convert or rename them to use them"
    }
  }
}

extension PictureIndex {
  /// Adds a picture of a folder below this one.
  mutating func add(_ id: String, path: String) { paths[id] = paths[id] ?? path }

  /// Adds what a folder below this one holds beside pictures.
  mutating func add(warnings other: [String]) { warnings += other }
}

/// The first of some names, and how many more there are.
func listing(_ names: [String]) -> String {
  let shown = names.prefix(3).map { "\"\($0)\"" }.joined(separator: ", ")
  return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
}

/// A path without links and without `.` and `..`.
func resolved(_ path: String) -> String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

/// Whether there is a regular file at a path, links followed.
func isFile(_ path: String) -> Bool {
  let place = resolved(path)
  let type = try? FileManager.default.attributesOfItem(atPath: place)[.type] as? FileAttributeType
  return type == .typeRegular
}
