import Files
import Foundation

/// Pictures that lie in a folder for each class.
struct ClassFolders {
  /// The pictures of all classes.
  let pictures: PictureIndex
  private let classes: [String]
  private let members: [String: [Int]]
  private let root: String
  /// Whether names hold the class too: `cat-0001`.
  private let isPrefixed: Bool

  /// Lists the folders in `root`, each of which is a class.
  ///
  /// A picture that lies in two of them, with the same name and the same bytes, shows both classes. Where a
  /// name stands for different pictures, all names begin with their class: `cat-0001`.
  ///
  /// - Throws: `DatasetError`.
  init(_ root: String) throws(DatasetError) {
    self.root = root
    var all = try PictureIndex(root)
    classes = all.folders.filter { $0 != "masks" }.sorted()
    var folders: [PictureIndex] = []
    for name in classes {
      let folder = try PictureIndex(root + "/" + name)
      guard folder.folders.isEmpty || !folder.paths.isEmpty else {
        throw .noPictures(folder: root + "/" + name, folders: folder.folders)
      }
      folders.append(folder)
      all.add(warnings: folder.warnings)
    }
    let isPrefixed = Self.namesClash(folders)
    var members: [String: [Int]] = [:]
    for (index, folder) in folders.enumerated() {
      for (name, path) in folder.paths {
        let id = isPrefixed ? classes[index] + "-" + name : name
        if let first = all.paths[id], isPrefixed || members[id] == nil {
          throw .ambiguousImage(id: id, first: first, second: path)
        }
        members[id, default: []].append(index)
        all.add(id, path: path)
      }
    }
    self.isPrefixed = isPrefixed
    self.members = members
    pictures = all
  }

  /// Whether a name stands for different pictures in two of the folders.
  private static func namesClash(_ folders: [PictureIndex]) -> Bool {
    var seen: [String: String] = [:]
    for folder in folders {
      for (id, path) in folder.paths {
        if let first = seen.updateValue(path, forKey: id),
          !FileManager.default.contentsEqual(atPath: first, andPath: path)
        {
          return true
        }
      }
    }
    return false
  }

  /// The labels that the folders stand for; `classes` is the class list, if there is one.
  func table(classes listed: [String]?) throws(DatasetError) -> LabelTable {
    let places = self.classes
    for name in places where listed == nil {
      if let reason = LabelWords.problem(of: name) {
        throw .badClassFolder(path: root + "/" + name, reason: reason)
      }
    }
    let grounds = places.filter { LabelWords.isNone($0) && !(listed ?? []).contains($0) }
    let names = listed ?? places.filter { !grounds.contains($0) }
    guard !names.isEmpty else { throw .noClasses(path: root) }
    var labels: [String: [Int]] = [:]
    for (id, indices) in members {
      var mine: Set<Int> = []
      for place in indices.map({ places[$0] }) where !grounds.contains(place) {
        guard let index = names.firstIndex(of: place) else {
          let meant = names.first { ClassNames.folded($0) == ClassNames.folded(place) } ?? names[0]
          throw .unknownName(path: root + "/" + place, name: place, nearest: meant)
        }
        mine.insert(index)
      }
      labels[id] = mine.sorted()
    }
    return LabelTable(
      classNames: names, labels: labels, source: root,
      notes: [
        "\(root): read as a folder for each class (\(listing(places)))"
          + (isPrefixed ? "; names begin with the class, as in \"\(members.keys.min() ?? "")\"" : "")
      ])
  }
}
