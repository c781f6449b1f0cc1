import Files
import Foundation
import Reporting

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

  /// What these stages measured in `source`, for the `metrics.json` of the run that takes them over.
  ///
  /// - Throws: `ReportingError` if the figures of `source` cannot be understood.
  func figures(of stages: [StageName], in source: RunDirectory) throws(ReportingError) -> [(String, JSON)] {
    let metrics = try MetricsFile(path: source.file("metrics.json"))
    return stages.flatMap(\.figures).compactMap { key in metrics[key].map { (key, $0) } }
  }

  /// Links a file, or every file of a folder.
  private func link(_ output: String, from source: RunDirectory, into target: RunDirectory) throws(RunError) {
    let files = FileManager.default
    var isFolder: ObjCBool = false
    guard files.fileExists(atPath: source.file(output), isDirectory: &isFolder) else { return }
    if isFolder.boolValue {
      try target.folder(output)
      for name in (try? files.contentsOfDirectory(atPath: source.file(output))) ?? [] {
        try link("\(output)/\(name)", from: source, into: target)
      }
      return
    }
    let (old, new) = (source.file(output), target.file(output))
    try target.folder(output.split(separator: "/").dropLast().joined(separator: "/"))
    guard Foundation.link(old, new) != 0 else { return }
    do {
      try files.copyItem(atPath: old, toPath: new)
    } catch {
      throw .cannotWrite(path: new, reason: RunError.reason(of: error))
    }
  }
}
