import Files
import Foundation
import Imaging
import Training

/// The pictures that a prediction or an explanation is asked for.
struct PictureInputs {
  /// A picture with the name of its outputs.
  struct Picture {
    let path: String
    let name: String
  }

  /// The pictures, in the order of the request; in a folder by name.
  private(set) var pictures: [Picture] = []
  /// What looks like a picture and is none, a line each.
  private(set) var problems: [String] = []
  /// Folders in the folders that hold pictures, which nobody asked for, a line each.
  private(set) var remarks: [String] = []
  /// The folders that hold a picture, also behind links.
  private(set) var folders: Set<FileIdentity> = []
  private var seen: Set<FileIdentity> = []
  /// Folders in the folders that hold pictures.
  private var inner: [String] = []

  /// Looks for pictures among files and in folders.
  ///
  /// - Throws: `RunError.noImages` for what is not there or holds none, `.sameOutput`.
  init(_ items: [String], to work: PictureWork) throws(RunError) {
    for item in items {
      guard let kind = FileKind(of: item) else {
        throw .noImages(path: item, reason: "no such file or folder")
      }
      if kind == .folder { try addFolder(item) } else { add(item, kind) }
    }
    for path in inner {
      if let identity = FileIdentity(of: path), folders.contains(identity) { continue }
      remarks.append(
        "\(path): the pictures in this folder are not \(work.participle); name it to \(work) them as well")
    }
    guard !pictures.isEmpty || !problems.isEmpty else {
      throw .noImages(path: "--images", reason: "nothing is named")
    }
    for (name, group) in Dictionary(grouping: pictures, by: \.name).sorted(by: { $0.key < $1.key })
    where group.count > 1 {
      throw .sameOutput(name: name, first: group[0].path, second: group[1].path, work: work)
    }
  }

  private mutating func addFolder(_ folder: String) throws(RunError) {
    guard let listing = FolderListing(of: folder) else {
      throw .noImages(path: folder, reason: "the folder cannot be read")
    }
    if let identity = FileIdentity(of: folder) { folders.insert(identity) }
    var isEmpty = listing.undecodable.isEmpty
    for name in listing.names where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      let ending = PictureEndings.split(name).ending
      if TextList.pictureExtensions.contains(ending) {
        add(path, FileKind(of: path))
        isEmpty = false
      } else if FileKind(of: path) == .folder {
        if Self.holdsPictures(path) { inner.append(path) }
      } else if PictureEndings.unread.contains(ending) {
        problems.append("\(path): is no .jpg, .jpeg or .png file; convert it")
        isEmpty = false
      } else if Image.isReadable(path) {
        problems.append("\(path): is a picture, but its name does not end in .jpg, .jpeg or .png; rename it")
        isEmpty = false
      }
    }
    for name in listing.undecodable {
      problems.append("\(folder)/\(name): its name is no UTF-8 text; rename it")
    }
    guard !isEmpty else {
      throw .noImages(path: folder, reason: "it holds no .jpg, .jpeg or .png file")
    }
  }

  /// Whether a folder holds pictures that no command has made.
  private static func holdsPictures(_ folder: String) -> Bool {
    guard let names = FolderListing(of: folder)?.names,
      !names.contains(where: PictureOutputs.recordNames.contains)
    else { return false }
    return names.contains { !$0.hasPrefix(".") && TextList.hasPictureEnding($0) }
  }

  private mutating func add(_ path: String, _ kind: FileKind?) {
    guard kind == .file, let identity = FileIdentity(of: path) else {
      problems.append("\(path): \(kind?.description ?? "leads to no file"); name a picture")
      return
    }
    for folder in [Self.parent(of: path), Self.resolved(path).map(Self.parent)].compactMap(\.self) {
      if let identity = FileIdentity(of: folder) { folders.insert(identity) }
    }
    // The same file under one name, named twice.
    let name = PictureEndings.split(Self.lastComponent(of: path)).stem
    if !seen.insert(identity).inserted, pictures.contains(where: { $0.name == name }) { return }
    pictures.append(Picture(path: path, name: name))
  }

  private static func lastComponent(of path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func resolved(_ path: String) -> String? {
    guard let resolved = realpath(path, nil) else { return nil }
    defer { free(resolved) }
    return String(cString: resolved)
  }
}

/// What a path leads to, links followed.
enum FileKind: CustomStringConvertible {
  case file, folder, other

  /// The kind of what lies at `path`; `nil` if there is nothing.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .folder
    default: self = .other
    }
  }

  var description: String {
    switch self {
    case .file: "is a file"
    case .folder: "is a folder"
    case .other: "is a pipe or a device"
    }
  }
}

/// Which file or folder a path leads to, whatever it is called.
struct FileIdentity: Hashable {
  private let device: UInt
  private let number: UInt

  /// The identity of what lies at `path`; `nil` if there is nothing.
  init?(of path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt(status.st_dev)
    number = UInt(status.st_ino)
  }
}
