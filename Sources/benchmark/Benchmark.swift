import ArgumentParser
import Training

/// Measures training steps, inference, single operations, and where the time of a training step goes.
@main
struct Benchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures training steps, inference and single operations.",
    subcommands: [
      TrainStepCommand.self, ProfileCommand.self, InferenceCommand.self, CAMCommand.self,
      OperationCommand.self,
    ])

  static func main() {
    runToExit()
  }
}
