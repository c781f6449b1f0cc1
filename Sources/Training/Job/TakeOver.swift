import Foundation

/// Takes the finished stages of another run over, as far as they are valid under this configuration.
struct TakeOver {
  let configuration: RunConfiguration

  /// Links the output of every stage of `source` whose fingerprint fits into `target`.
  ///
  /// Files are hard links, so nothing is copied; a run never changes a file in place.
  ///
  /// - Returns: the stages that were taken over.
  /// - Throws: `RunError`.
  func callAsFunction(from source: RunDirectory, into target: RunDirectory) throws(RunError) -> [StageName] {
    var taken: [StageName] = []
    for stage in StageName.allCases {
      guard let record = StageRecord.read(stage, in: source), record.state == .finished,
        record.fingerprint == stage.fingerprint(of: configuration).description,
        StageRecord.read(stage, in: target) == nil
      else { continue }
      for output in stage.outputs where source.has(output) { try link(output, from: source, into: target) }
      try record.write(stage, in: target)
      taken.append(stage)
    }
    return taken
  }

  private func link(_ folder: String, from source: RunDirectory, into target: RunDirectory) throws(RunError) {
    let files = FileManager.default
    try target.folder(folder)
    for name in (try? files.subpathsOfDirectory(atPath: source.file(folder))) ?? [] {
      let (old, new) = (source.file("\(folder)/\(name)"), target.file("\(folder)/\(name)"))
      var isFolder: ObjCBool = false
      guard files.fileExists(atPath: old, isDirectory: &isFolder) else { continue }
      if isFolder.boolValue {
        try target.folder("\(folder)/\(name)")
      } else if Foundation.link(old, new) != 0 {
        do {
          try files.copyItem(atPath: old, toPath: new)
        } catch {
          throw .cannotWrite(path: new, reason: RunError.reason(of: error))
        }
      }
    }
  }
}
