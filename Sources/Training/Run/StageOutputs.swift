import Foundation
public import Reporting

/// The files that the stages of a run have made, so that the end of each stage notices when one was removed
/// or replaced meanwhile.
///
/// A file counts as replaced when its number, size or time of change differs.
public final class StageOutputs {
  /// What tells one file from another of the same name.
  private struct Stamp: Equatable {
    var number: UInt
    var size: Int
    var seconds: Int
    var nanoseconds: Int

    init?(of path: String) {
      var status = stat()
      guard stat(path, &status) == 0 else { return nil }
      number = UInt(status.st_ino)
      size = Int(status.st_size)
      seconds = Int(status.st_mtim.tv_sec)
      nanoseconds = Int(status.st_mtim.tv_nsec)
    }
  }

  private var stamps: [String: Stamp?] = [:]
  /// Files that are still written to.
  private var growing: [GrowingFile] = []
  /// Files of the run as a whole, which no stage makes anew.
  private var fixed: Set<String> = []

  /// No file yet.
  public init() {}

  /// Notes that the file at `path` is the stage's, as it is now.
  public func note(_ path: String) { stamps[path] = .some(Stamp(of: path)) }

  /// Notes that the file at `path` is the run's, as it is now, and stays as it is.
  public func noteFixed(_ path: String) {
    fixed.insert(path)
    note(path)
  }

  /// Notes that a log is the run's and is still written to.
  public func noteGrowing(_ log: GrowingFile) { growing.append(log) }

  /// Notes all files below a folder.
  public func noteAll(in folder: String) {
    guard let names = FileManager.default.enumerator(atPath: folder) else { return }
    while let name = names.nextObject() as? String {
      if names.fileAttributes?[.type] as? FileAttributeType == .typeRegular { note("\(folder)/\(name)") }
    }
  }

  /// Refuses files that are gone or are not those that were noted.
  ///
  /// One in the folder of the stage that has run is renamed, so that a resumed run makes it anew.
  ///
  /// - Throws: `RunError.outputGone`, `.logChanged`, `.ownFileChanged`, `.outputReplaced` about the
  /// first by name, logs first.
  public func requireUnchanged(stage folder: String) throws(RunError) {
    for log in growing {
      switch log.condition {
      case .whole: continue
      case .gone: throw .outputGone(path: log.path)
      case .changed: throw .logChanged(path: log.path)
      }
    }
    for path in stamps.keys.sorted() {
      let now = Stamp(of: path)
      guard stamps[path] != now else { continue }
      if fixed.contains(path) { throw .ownFileChanged(path: path, isGone: now == nil) }
      guard now != nil else { throw .outputGone(path: path) }
      let newPath = path.hasPrefix(folder + "/") ? path + ".changed" : nil
      if let newPath, rename(path, newPath) != 0 { throw .outputReplaced(path: path, newPath: nil) }
      throw .outputReplaced(path: path, newPath: newPath)
    }
  }
}

extension RunDirectory {
  /// Refuses a folder of the run that does not hold a PNG file for each image and no other.
  ///
  /// - Throws: `RunError.otherFiles`.
  public func requireFiles(in folder: String, for ids: [String]) throws(RunError) {
    let files = FileManager.default.enumerator(atPath: file(folder))?.compactMap { $0 as? String } ?? []
    let found = Set(files.filter { $0.hasSuffix(".png") })
    let wanted = Set(ids.map { "\($0).png" })
    let odd = wanted.subtracting(found).min() ?? found.subtracting(wanted).min()
    guard let odd else { return }
    throw .otherFiles(
      path: file("\(folder)/\(odd)"), isMissing: wanted.contains(odd), found: found.count,
      wanted: wanted.count)
  }
}
