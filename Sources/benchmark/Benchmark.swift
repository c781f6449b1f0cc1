import ArgumentParser
import Training

/// Measures training steps, inference and single operations.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures training steps, inference and single operations.",
    subcommands: [TrainStepCommand.self, InferenceCommand.self, OperationCommand.self])

  static func main() {
    runToExit()
  }
}
