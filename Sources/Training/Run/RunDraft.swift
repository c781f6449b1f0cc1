import Files
import Foundation

/// A run folder that has no name yet: it becomes `<Checkpoints>/<configuration>/<n>` when the run begins, and
/// vanishes if it never does.
public final class RunDraft {
  /// The folder while it is a draft.
  public let directory: RunDirectory
  private let parent: String
  /// The folders above that were made for it, the innermost first.
  private let made: [String]
  private let lock: RunLock

  /// Makes the folder, and removes what drafts of processes that were killed have left.
  ///
  /// - Throws: `RunError.cannotWrite` if it cannot be made.
  public init(configuration: String, under root: String) throws(RunError) {
    parent = RunDirectory.parent(of: configuration, under: root)
    made = try Self.makeFolders(parent)
    Self.clear(parent)
    let path = "\(parent)/\(RunDirectory.draftPrefix)\(XXH64.hex(of: "\(UInt64.random(in: 0 ... .max))"))"
    directory = RunDirectory(path: path)
    do throws(RunError) {
      guard mkdir(path, 0o777) == 0 else {
        throw .cannotWrite(path: parent, reason: String(cString: strerror(errno)))
      }
      lock = try RunLock(directory)
    } catch {
      Self.remove(path, made)
      throw error
    }
  }

  /// Gives the folder the next free number, for which two runs that begin together do not meet.
  ///
  /// - Returns: the run's folder, and its lock.
  /// - Throws: `RunError.cannotWrite`.
  public func begin() throws(RunError) -> (directory: RunDirectory, lock: RunLock) {
    var number = (RunDirectory.numbers(in: parent).last ?? 0) + 1
    while true {
      let path = "\(parent)/\(number)"
      var status = stat()
      // A folder takes the name of an empty one, which may be somebody's.
      if lstat(path, &status) != 0 {
        if rename(directory.path, path) == 0 {
          do {
            try AtomicFile.flush(folder: parent)
          } catch {
            throw .cannotWrite(path: error.path, reason: error.reason)
          }
          return (RunDirectory(path: path), lock)
        }
        guard errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR else {
          throw .cannotWrite(path: path, reason: String(cString: strerror(errno)))
        }
      }
      number += 1
    }
  }

  /// Removes the draft, and the folders above that were made for it and hold nothing else.
  public func discard() { Self.remove(directory.path, made) }

  /// Removes the folder of a run that began and made nothing.
  public func discard(_ begun: RunDirectory) { Self.remove(begun.path, made) }

  private static func remove(_ path: String, _ made: [String]) {
    try? FileManager.default.removeItem(atPath: path)
    for folder in made where rmdir(folder) != 0 { return }
  }

  /// Makes a folder and those above it.
  private static func makeFolders(_ path: String) throws(RunError) -> [String] {
    var missing: [String] = []
    var folder = path
    while !folder.isEmpty, folder != "/", !FileManager.default.fileExists(atPath: folder) {
      missing.append(folder)
      folder = folder.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(
        separator: "/")
    }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .cannotWrite(path: path, reason: RunError.reason(of: error))
    }
    return missing
  }

  /// Removes the drafts in a folder that no process holds.
  private static func clear(_ parent: String) {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
    for name in names where name.hasPrefix(RunDirectory.draftPrefix) {
      let draft = RunDirectory(path: "\(parent)/\(name)")
      var status = stat()
      guard lstat(draft.path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { continue }
      // One that has no lock yet may be a moment old.
      guard draft.has(RunLock.fileName) || status.st_ctim.tv_sec + 60 < time(nil) else { continue }
      guard let lock = try? RunLock(draft), lock.isHeld else { continue }
      try? FileManager.default.removeItem(atPath: draft.path)
    }
  }
}
