import ArgumentParser

/// Measures training steps, inference and single operations.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures training steps, inference and single operations.",
    subcommands: [TrainStepCommand.self, InferenceCommand.self, OperationCommand.self])
}
