import Foundation
import TestSupport
import Testing

/// The main job on the built-in data set, as users run it but small enough for a test.
final class SmallJob: Sendable {
  private let folder: TemporaryFolder
  private let configuration: String
  private let settings: [String]
  /// Those of the quick start.
  static let settings = [
    "model.backbone=mobilenetv2", "model.backbone.output_stride=16", "data.side=32", "data.train_images=12",
    "data.val_images=4", "method.augmentation.crop=32",
    "method.schedule.iterations=20", "method.schedule.batch=4", "method.schedule.checkpoint_every=10",
    "seeds.base_size=32", "segment.augmentation.crop=32", "segment.schedule.iterations=4",
    "segment.schedule.batch=4", "segment.schedule.checkpoint_every=10", "evaluate.base_size=32",
  ]

  /// The job of `Configs/<configuration>.yaml` with these settings.
  init(configuration: String = "synthetic/quickstart", settings: [String] = settings) throws {
    folder = try TemporaryFolder()
    self.configuration = configuration
    self.settings = settings
  }

  /// Runs the job to its end with further arguments; later settings win.
  func run(_ more: [String] = [], environment: [String: String] = [:]) throws -> CommandResult {
    try runCommand("train", arguments(more), environment: environment)
  }

  /// Starts the job, lets it come to a step of a stage of run `number`, sends it a signal, and waits for its
  /// end.
  func interrupt(
    _ more: [String], in number: Int, at step: Int, _ signal: Int32
  ) throws -> (process: Process, stderr: String) {
    let errors = folder.path + "/stderr"
    let process = try startCommand("train", arguments(more), standardError: errors)
    try waitForStep(step, in: path(number, "log.jsonl"))
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return (process, try String(contentsOfFile: errors, encoding: .utf8))
  }

  /// Starts the job, lets it come to a step of run `number`, does something to its log, and waits for its
  /// end.
  func spoil(
    _ more: [String], in number: Int, at step: Int, _ change: (_ log: String) throws -> Void
  ) throws -> (status: Int32, stderr: String) {
    let errors = folder.path + "/stderr"
    let process = try startCommand("train", arguments(more), standardError: errors)
    try waitForStep(step, in: path(number, "log.jsonl"))
    try change(path(number, "log.jsonl"))
    process.waitUntilExit()
    return (process.terminationStatus, try String(contentsOfFile: errors, encoding: .utf8))
  }

  /// A path inside run `number`.
  func path(_ number: Int, _ name: String) -> String {
    "\(folder.path)/\(configuration)/\(number)" + (name.isEmpty ? "" : "/\(name)")
  }

  func exists(_ number: Int, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(number, name))
  }

  func bytes(_ number: Int, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(number, name)))
  }

  /// The files of run `number` whose content does not depend on the clock, by name.
  func timelessFiles(_ number: Int) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: path(number, "")).filter { name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: path(number, name), isDirectory: &isFolder)
      return !isFolder.boolValue && !name.hasSuffix("/stage.json")
        && !["log.jsonl", "metrics.json", ".lock"].contains(name)
    }.sorted()
  }

  private func arguments(_ more: [String]) -> [String] {
    ["--config", Golden.directory + "/../../Configs/\(configuration).yaml", "--checkpoints", folder.path]
      + settings.flatMap { ["--set", $0] } + more
  }

  private func waitForStep(_ step: Int, in log: String) throws {
    let deadline = ContinuousClock.now + .seconds(120)
    while ContinuousClock.now < deadline {
      let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
      if text.contains("\"step\":\(step),") { return }
      usleep(10_000)
    }
    Issue.record("step \(step) was not reached in two minutes")
  }
}
