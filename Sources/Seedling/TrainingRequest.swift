import Foundation
import Training

/// What the command line asks of a training.
public struct TrainingRequest: Sendable {
  /// The configuration file; that of the run itself where a run goes on and none is named.
  public var configuration: String
  /// Options to lay over the file, each `key=value`.
  public var overrides: [String] = []
  /// Pretrained backbone weights in place of `model.weights`.
  public var weights: String?
  /// Whether to go on with the newest run of the configuration, or with `run`.
  public var resume = false
  /// The run folder to go on with.
  public var run: String?
  /// A finished run whose valid stages are taken over.
  public var from: String?
  /// Whether the bytes of all files of the data are compared, although sizes and times are as before.
  public var verify = false
  /// The stages to run, separated by commas; empty means all that are needed.
  public var stages = ""
  /// The folder that run folders are made in.
  public var root = "Checkpoints"
  /// The program that can go on with the run.
  public var program = "train"

  /// A request to run `configuration` from the beginning.
  public init(configuration: String) {
    self.configuration = configuration
  }

  /// A request to go on with the run in `folder` by its own configuration.
  public init(run folder: String) {
    configuration = RunDirectory(path: folder).file(RunDirectory.configFile)
    run = folder
  }

  /// The settings of the command line, those with options of their own included.
  var settings: [String] { overrides + (weights.map { ["model.weights=\($0)"] } ?? []) }

  /// The run to go on with; `nil` where a new one is asked for.
  ///
  /// - Throws: `RunError.notARun`, `RunError.nothingToResume`.
  func earlierRun() throws(RunError) -> RunDirectory? {
    if let run {
      let directory = RunDirectory(path: run)
      guard directory.has(RunDirectory.configFile) else { throw .notARun(path: run) }
      return directory
    }
    return resume ? try RunDirectory.latest(configuration: name, under: root) : nil
  }

  /// The name of the run folder's parent: the path of the file below `Configs`, without its ending.
  var name: String {
    let path = URL(fileURLWithPath: configuration).standardizedFileURL.deletingPathExtension().path
    if let range = path.range(of: "/Configs/", options: .backwards) {
      return String(path[range.upperBound...])
    }
    return URL(fileURLWithPath: path).lastPathComponent
  }

  /// The command that goes on with the run in `folder` after an interruption, for a shell.
  func resumeCommand(for folder: String) -> String {
    var words = ["swift", "run", program]
    if configuration != run.map({ RunDirectory(path: $0).file(RunDirectory.configFile) }) {
      words += ["--config", configuration]
    }
    words += overrides.flatMap { ["--set", $0] }
    if let weights { words += ["--weights", weights] }
    if !stages.isEmpty { words += ["--stages", stages] }
    return (words + ["--run", folder]).map(Self.quoted).joined(separator: " ")
  }

  /// A word that a shell leaves alone, in quotes where it has to be.
  private static func quoted(_ word: String) -> String {
    let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_=./,:+@%".contains($0) }
    return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
  }
}
