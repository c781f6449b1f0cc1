import Files
import Foundation

/// What a run folder remembers of a stage, in `stages/<name>.json`.
struct StageRecord: Codable, Equatable {
  enum State: String, Codable {
    case started, finished
  }

  var fingerprint: String
  var state: State
  /// The wall time spent on the stage so far, over all interruptions.
  var seconds: Double

  /// The record of a stage in a run, or `nil` if it was never started.
  static func read(_ stage: StageName, in run: RunDirectory) -> StageRecord? {
    run.text(of: file(stage)).flatMap { try? JSONDecoder().decode(StageRecord.self, from: Data($0.utf8)) }
  }

  /// Stores the record.
  ///
  /// - Throws: `RunError.cannotWrite`.
  func write(_ stage: StageName, in run: RunDirectory) throws(RunError) {
    try run.folder("stages")
    let record: JSON = [
      "fingerprint": .text(fingerprint), "state": .text(state.rawValue), "seconds": JSON(seconds),
    ]
    try run.write(record.compact + "\n", to: Self.file(stage))
  }

  private static func file(_ stage: StageName) -> String { "stages/\(stage.rawValue).json" }
}
