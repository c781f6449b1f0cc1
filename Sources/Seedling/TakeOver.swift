import Foundation
import Training

/// Takes the finished stages of another run over, as far as they are valid under this plan.
struct TakeOver {
  let plan: RunPlan

  /// Links the folder of every stage of `source` whose fingerprint fits into `target`, its record included.
  ///
  /// Files are hard links, so nothing is copied; a run never changes a file in place.
  ///
  /// - Returns: the stages that were taken over.
  /// - Throws: `RunError`.
  func callAsFunction(from source: RunDirectory, into target: RunDirectory) throws(RunError) -> [String] {
    var taken: [String] = []
    for name in plan.names {
      guard let record = try StageRecord.read(name, in: source), record.state == .finished,
        record.fingerprint == plan.fingerprint(of: name).description,
        try StageRecord.read(name, in: target) == nil
      else { continue }
      // The record says that all is there, so it comes last.
      try link(name, from: source, into: target, except: [StageRecord.fileName])
      try link("\(name)/\(StageRecord.fileName)", from: source, into: target)
      taken.append(name)
    }
    return taken
  }

  /// Links a file, or every file of a folder but those called one of `excluded`.
  private func link(
    _ item: String, from source: RunDirectory, into target: RunDirectory, except excluded: Set<String> = []
  ) throws(RunError) {
    let files = FileManager.default
    let (old, new) = (source.file(item), target.file(item))
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: old, isDirectory: &isFolder) else { return }
    if isFolder.boolValue {
      try target.folder(item)
      let names = (try? files.contentsOfDirectory(atPath: old)) ?? []
      for name in names where !excluded.contains(name) {
        try link("\(item)/\(name)", from: source, into: target)
      }
      return
    }
    guard Foundation.link(old, new) != 0 else { return }
    do {
      try files.copyItem(atPath: old, toPath: new)
    } catch {
      throw .cannotWrite(path: new, reason: RunError.reason(of: error))
    }
  }
}
