public import ArgumentParser
import Configuration
import Files
import Foundation
import Seedling
import Training

/// `train`: from photographs with image-level labels to pseudo-masks, a segmenter and a held-out mIoU.
public struct TrainCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Turns photographs with image-level labels into pseudo-masks, a segmenter and a held-out mIoU.",
    discussion: """
      \(stages) Everything a run makes lies in Checkpoints/<config>/<n>/ and is never overwritten; --resume \
      goes on with the newest run, bit for bit.
      """, version: Release.version)

  @Option(
    help: "The configuration file, such as Configs/synthetic/quickstart.yaml; with --run, that of the run.",
    transform: NamedPath.checked)
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue, help: "An option to change: key=value. Repeatable.")
  var overrides: [String] = []

  @Option(
    help: "Pretrained backbone weights (safetensors) to start from, in place of model.weights.",
    transform: NamedPath.checked)
  var weights: String?

  @Flag(help: "Go on with the newest run of this configuration, or with the one of --run.")
  var resume = false

  @Option(name: .customLong("run"), help: "The run folder to go on with.", transform: NamedPath.checked)
  var folder: String?

  @Option(
    help: "A run folder whose finished stages are taken over where they are still valid.",
    transform: NamedPath.checked)
  var from: String?

  @Flag(help: "Compare the bytes of all pictures, masks and weights, although sizes and times are as before.")
  var verify = false

  @Option(help: "The stages to run, separated by commas; all that are needed by default.")
  var stages = ""

  @Option(help: "The folder that run folders are made in.", transform: NamedPath.checked)
  var checkpoints = "Checkpoints"

  @Flag(help: "Print the resolved configuration with an explanation of every key, and stop.")
  var printConfig = false

  public init() {}

  /// The stages of every method, in one sentence.
  private static var stages: String {
    let job = RunConfiguration()
    let methods = Catalog.Methods.components.map { method in
      "\(type(of: method).name): \(method.stages(job).map(\.name).joined(separator: ", "))"
    }
    guard let plan = try? job.plan() else { return "" }
    let ending = plan.ending.stages.map(\.name).joined(separator: ", ")
    let own = methods.joined(separator: "; ")
    return "Stages are those of the method (\(own)), those behind it, and \(ending)."
  }

  public func run() throws {
    var request: TrainingRequest
    if let config {
      request = TrainingRequest(configuration: config)
    } else if let folder {
      request = TrainingRequest(run: folder)
    } else {
      throw ValidationError("Missing expected argument '--config <config>'")
    }
    request.overrides = overrides
    request.weights = weights
    request.resume = resume
    request.run = folder
    request.from = from
    request.verify = verify
    request.stages = stages
    request.root = checkpoints
    request.program = URL(fileURLWithPath: CommandLine.arguments[0]).lastPathComponent
    let job = try TrainingJob(request)
    if printConfig {
      StandardStream.output.write(job.documentedConfiguration)
    } else {
      try job.run()
    }
  }
}
