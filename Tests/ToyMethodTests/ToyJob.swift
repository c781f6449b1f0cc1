import Foundation
import TestSupport
import Testing

/// A job of `toy-train` as a user writes it down, small enough for a test.
final class ToyJob: Sendable {
  private let folder: TemporaryFolder
  /// The configuration file.
  let configuration: String

  /// The choice of the toy method; so few steps leave maps that are not all negative at a low rate only.
  static let toy = """
    method:
      name: toy
      agreement: 0.5
      augmentation: {crop: 48}
      schedule: {iterations: 12, batch: 4, checkpoint_every: 5}
      optimizer: {name: adamw, learning_rate: 1e-5}

    """
  /// The choice of the method without a segmenter.
  static let classifier = """
    method:
      name: toy-classifier
      classifier:
        augmentation: {crop: 48}
        schedule: {iterations: 2, batch: 4}

    """

  /// The job with this choice of a method.
  init(method: String = toy) throws {
    folder = try TemporaryFolder()
    configuration = folder.path + "/small.yaml"
    let text = """
      base: \(Golden.directory)/../../Configs/synthetic/quickstart.yaml
      model: {backbone: squeezenet1_1}
      data: {side: 48, train_images: 12, val_images: 4}
      seeds: {base_size: 48}
      segment: {augmentation: {crop: 48}, schedule: {iterations: 4, batch: 4}}
      evaluate: {base_size: 48}

      """
    try Data((text + method).utf8).write(to: URL(fileURLWithPath: configuration))
  }

  /// What `program` does with the job and further arguments.
  func run(_ more: [String] = [], by program: String = "toy-train") throws -> CommandResult {
    try runCommand(program, arguments + more)
  }

  /// Starts the job, lets it come to a step of its first stage in run `number`, and sends it a signal; its
  /// standard error once it has ended.
  func interrupt(_ more: [String], in number: Int, at step: Int, _ signal: Int32) throws -> String {
    let errors = folder.path + "/stderr"
    let process = try startCommand("toy-train", arguments + more, standardError: errors)
    let deadline = ContinuousClock.now + .seconds(60)
    while try !text(number, "log.jsonl", orEmpty: true).contains("\"step\":\(step),") {
      try #require(process.isRunning, "the job ended before step \(step)")
      try #require(ContinuousClock.now < deadline, "step \(step) was not reached in a minute")
      usleep(2_000)
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    return try String(contentsOfFile: errors, encoding: .utf8)
  }

  private var arguments: [String] { ["--config", configuration, "--checkpoints", folder.path] }

  /// A path inside run `number`.
  func path(_ number: Int, _ name: String = "") -> String {
    "\(folder.path)/small/\(number)" + (name.isEmpty ? "" : "/\(name)")
  }

  func exists(_ number: Int, _ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(number, name))
  }

  func bytes(_ number: Int, _ name: String) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: path(number, name)))
  }

  func text(_ number: Int, _ name: String, orEmpty: Bool = false) throws -> String {
    if orEmpty, !exists(number, name) { return "" }
    return String(decoding: try bytes(number, name), as: UTF8.self)
  }

  /// The seeds of all training images in a run.
  func seeds(_ number: Int) throws -> [Data] {
    try (0..<12).map { try bytes(number, "seeds/train-000\($0 < 10 ? "0" : "")\($0).safetensors") }
  }

  /// The lines of the configuration that a run keeps.
  func configurationLines(_ number: Int) throws -> [Substring] {
    try text(number, "config.yaml").split(separator: "\n", omittingEmptySubsequences: false)
  }
}
