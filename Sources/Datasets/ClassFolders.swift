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

  /// What file servers, archives and systems put beside folders of one's own, in lower case.
  private static let toolFolders: Set<String> = [
    "__macosx", "@eadir", "#recycle", "@recycle", "@recently-snapshot", "$recycle.bin", "lost+found",
    "system volume information", "__pycache__",
  ]

  /// Lists the folders in `root`, each of which is a class but for `masks` and the folders of tools.
  ///
  /// A picture that lies in two of them, with the same name and the same bytes, shows both classes. Where a
  /// name stands for different pictures, all names begin with their class: `cat-0001`.
  ///
  /// - Throws: `DatasetError`.
  init(_ root: String, masks: [String] = []) throws(DatasetError) {
    self.root = root
    var all = try PictureIndex(root)
    let folders = try Self.folders(of: &all, masks: masks)
    classes = folders.map { String($0.folder.dropFirst(root.count + 1)) }
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

  /// The folders of classes in a folder; of the others it is noted that they are not read.
  private static func folders(
    of all: inout PictureIndex, masks: [String]
  ) throws(DatasetError) -> [PictureIndex] {
    let known = Set(masks.map(resolved))
    var folders: [PictureIndex] = []
    for name in all.folders.sorted() where !known.contains(resolved(all.folder + "/" + name)) {
      let path = all.folder + "/" + name
      if toolFolders.contains(name.lowercased()) {
        all.add(warnings: ["\(path): is no class but a folder of the system, and is not read"])
      } else {
        folders.append(try PictureIndex(path))
      }
    }
    let place = all.folder + "/masks"
    if let index = folders.firstIndex(where: { $0.folder == place }),
      isOfMasks(folders[index], among: folders)
    {
      folders.remove(at: index)
      all.add(warnings: [
        "\(place): seems to hold masks and is no class; name the folder with masks, or rename it"
      ])
    }
    for folder in folders {
      guard folder.folders.isEmpty || !folder.paths.isEmpty else {
        throw .noPictures(folder: folder.folder, folders: folder.folders)
      }
      all.add(warnings: folder.warnings + remarks(on: folder))
    }
    return folders
  }

  /// Whether a folder called `masks` holds masks: PNG files called as the pictures, or no pictures at all.
  private static func isOfMasks(_ folder: PictureIndex, among folders: [PictureIndex]) -> Bool {
    folder.paths.allSatisfy { id, path in
      path.lowercased().hasSuffix(".png")
        && folders.contains { $0.folder != folder.folder && $0.paths[id] != nil }
    }
  }

  /// What is to be said of the folder of a class.
  private static func remarks(on folder: PictureIndex) -> [String] {
    guard !folder.paths.isEmpty else {
      return [
        "\(folder.folder): holds no picture, but is a class all the same; remove it if it is none"
      ]
    }
    let inner = folder.folders.filter { holdsPictures(folder.folder + "/" + $0) }
    return inner.isEmpty
      ? []
      : [
        "\(folder.folder): the pictures in folders in it are not read (\(listing(inner))); "
          + "move them up to use them"
      ]
  }

  private static func holdsPictures(_ folder: String) -> Bool {
    FileManager.default.enumerator(atPath: folder)?.contains { item in
      (item as? String).map(TextList.hasPictureEnding) ?? false
    } ?? false
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
    var looks: [String: String] = [:]
    for name in places where listed == nil {
      if let other = looks.updateValue(name, forKey: ClassNames.folded(name)) {
        throw .badClassFolder(
          path: root + "/" + name,
          reason: "that of \"\(other)\" but for case, blanks or signs; put the pictures into one folder")
      }
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
