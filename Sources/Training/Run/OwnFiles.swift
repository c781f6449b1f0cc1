import Files
import Foundation

/// What lies in a run folder, looked through before anything is written there.
///
/// A run folder may come from somebody else. Nothing is written through a link, and only the log is changed
/// in place; all other files are replaced by new ones, so that a second name of theirs keeps the old bytes.
extension RunDirectory {
  /// Refuses a folder with links, devices or pipes in it, or a log that has a second name.
  ///
  /// - Throws: `RunError.linkInside`.
  public func requireOwnFiles() throws(RunError) {
    for entry in entries() {
      let kind = entry.status.st_mode & S_IFMT
      let isShared = entry.name == Self.logFile && entry.status.st_nlink > 1
      guard kind == S_IFDIR || kind == S_IFREG && !isShared else {
        throw .linkInside(path: file(entry.name))
      }
    }
  }

  /// Removes the temporary files, and the folders of stages that were being taken over, which a process has
  /// left that was killed.
  ///
  /// - Precondition: this process has the lock of the folder.
  public func clearLeftovers() {
    for entry in entries() {
      let name = entry.name.split(separator: "/").last.map(String.init) ?? entry.name
      switch entry.status.st_mode & S_IFMT {
      case S_IFREG where AtomicFile.isTemporary(name): unlink(file(entry.name))
      case S_IFDIR where entry.name.hasPrefix(Self.draftPrefix) && entry.name == name:
        try? FileManager.default.removeItem(atPath: file(entry.name))
      default: continue
      }
    }
  }

  /// Refuses the folder of a stage that was never begun and yet holds files.
  ///
  /// - Throws: `RunError.strayFiles`, `RunError.damagedRecord`.
  public func requireNothing(of stage: String) throws(RunError) {
    guard try StageRecord.read(stage, in: self) == nil else { return }
    guard try files(in: stage).allSatisfy({ AtomicFile.isTemporary($0) }) else {
      throw .strayFiles(folder: file(stage))
    }
  }

  /// The regular files below a folder of the run's, by their paths in it, in rising order.
  ///
  /// - Throws: `RunError.linkInside` if something there is neither a file nor a folder.
  public func files(in folder: String) throws(RunError) -> [String] {
    var names: [String] = []
    for entry in RunDirectory(path: file(folder)).entries() {
      switch entry.status.st_mode & S_IFMT {
      case S_IFREG: names.append(entry.name)
      case S_IFDIR: continue
      default: throw .linkInside(path: file("\(folder)/\(entry.name)"))
      }
    }
    return names.sorted()
  }

  /// Everything below the folder; links are not followed.
  private func entries() -> [(name: String, status: stat)] {
    var found: [(name: String, status: stat)] = []
    var folders = [""]
    while let folder = folders.popLast() {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: file(folder))) ?? []
      for name in names {
        let path = folder.isEmpty ? name : "\(folder)/\(name)"
        var status = stat()
        guard lstat(file(path), &status) == 0 else { continue }
        found.append((path, status))
        if status.st_mode & S_IFMT == S_IFDIR { folders.append(path) }
      }
    }
    return found
  }
}
