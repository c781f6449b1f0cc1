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
      try link(name, from: source, into: target)
      taken.append(name)
    }
    return taken
  }

  /// Links every file of a folder.
  private func link(_ folder: String, from source: RunDirectory, into target: RunDirectory) throws(RunError) {
    try target.folder(folder)
    let files = FileManager.default
    for name in (try? files.contentsOfDirectory(atPath: source.file(folder))) ?? [] {
      let item = "\(folder)/\(name)"
      var isFolder: ObjCBool = false
      guard files.fileExists(atPath: source.file(item), isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        try link(item, from: source, into: target)
        continue
      }
      let (old, new) = (source.file(item), target.file(item))
      guard Foundation.link(old, new) != 0 else { continue }
      do {
        try files.copyItem(atPath: old, toPath: new)
      } catch {
        throw .cannotWrite(path: new, reason: RunError.reason(of: error))
      }
    }
  }
}
