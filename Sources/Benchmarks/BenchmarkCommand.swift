public import ArgumentParser
import Seedling

/// Measures training steps, inference, single operations, and where the time of a training step goes.
public struct BenchmarkCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures training steps, inference and single operations.",
    version: Release.version,
    subcommands: [
      TrainStepCommand.self, ProfileCommand.self, InferenceCommand.self, CAMCommand.self,
      OperationCommand.self,
    ])

  public init() {}
}
