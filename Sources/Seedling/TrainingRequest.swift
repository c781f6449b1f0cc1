import Foundation

/// What the command line asks of a training.
public struct TrainingRequest: Sendable {
  /// The configuration file.
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
    var words = ["swift", "run", program, "--config", configuration]
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
