import Files
import Foundation

/// What a run folder remembers of the run as a whole, in `run.json`: how it was asked for, and the hashes of
/// the files beside it.
public struct RunRecord: Equatable, Sendable {
  /// The name of the record in the folder of its run.
  public static let fileName = "run.json"
  /// The files of a run as a whole, which stay as they are while it is worked on.
  public static let fixedFiles = [
    RunDirectory.configFile, RunDirectory.classFile, RunDirectory.dataFile, fileName,
  ]

  /// The settings of the command line that were laid over the configuration file.
  public var overrides: [String] = []
  /// The hashes that a file may have: two while it is being replaced.
  private var hashes: [String: [String]] = [:]

  /// The record of a run that was asked for with these settings.
  public init(overrides: [String]) {
    self.overrides = overrides
  }

  /// The record in a run folder, or `nil` if there is none, as in those of earlier versions.
  ///
  /// - Throws: `RunError.damagedFile` if there is one that is not as it was written, `.cannotRead` for one
  ///   that cannot be read, `.missingFile` where it is missing though the run is of this version.
  public static func read(in run: RunDirectory) throws(RunError) -> RunRecord? {
    guard let text = run.text(of: fileName) else {
      var status = stat()
      if lstat(run.file(fileName), &status) == 0 {
        throw .cannotRead(path: run.file(fileName), reason: "it is no regular file, or not permitted")
      }
      if isOfThisVersion(run) { throw .missingFile(path: run.file(fileName)) }
      return nil
    }
    guard let json = CheckedJSON.object(in: text), case .list(let overrides)? = json["overrides"],
      case .object(let files)? = json["files"]
    else { throw .damagedFile(path: run.file(fileName)) }
    var record = RunRecord(overrides: overrides.compactMap(\.text))
    for file in files {
      // The files lie beside the record; a path could lead to a device or to files of others.
      guard case .list(let hashes) = file.value, !file.key.contains("/") else {
        throw .damagedFile(path: run.file(fileName))
      }
      record.hashes[file.key] = hashes.compactMap(\.text)
    }
    return record
  }

  /// Whether a run folder holds what earlier versions, which wrote no record, did not write.
  private static func isOfThisVersion(_ run: RunDirectory) -> Bool {
    if run.has(RunDirectory.dataFile) { return true }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: run.path)) ?? []
    return names.contains { (try? StageRecord.read($0, in: run)) != nil }
  }

  /// Compares the files beside the record with their hashes.
  ///
  /// - Throws: `RunError.damagedFile`.
  public func verify(in run: RunDirectory) throws(RunError) {
    for (name, hashes) in hashes.sorted(by: { $0.key < $1.key }) {
      guard let hash = try? XXH64.hex(ofFile: run.file(name)), hashes.contains(hash) else {
        throw .damagedFile(path: run.file(name))
      }
    }
  }

  /// Writes files and the record, so that a kill at any moment leaves files that fit the record.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public mutating func write(_ files: [String: String], in run: RunDirectory) throws(RunError) {
    let new = files.mapValues { [XXH64.hex(of: $0)] }
    if run.has(Self.fileName), new.contains(where: { hashes[$0.key] != $0.value }) {
      hashes.merge(new) { $0 + $1 }
      try write(in: run)
    }
    for (name, text) in files.sorted(by: { $0.key < $1.key }) where run.text(of: name) != text {
      try run.write(text, to: name)
    }
    hashes.merge(new) { $1 }
    try write(in: run)
  }

  private func write(in run: RunDirectory) throws(RunError) {
    let files = hashes.sorted { $0.key < $1.key }.map { file in
      JSON.Member(file.key, .list(file.value.map { .text($0) }))
    }
    let json: JSON = ["overrides": .list(overrides.map { .text($0) }), "files": .object(files)]
    let text = CheckedJSON.text(of: json)
    if run.text(of: Self.fileName) != text { try run.write(text, to: Self.fileName) }
  }
}

extension JSON {
  /// The value as a text.
  var text: String? {
    if case .text(let text) = self { text } else { nil }
  }
}
