import ArgumentParser

/// Measures one operation.
struct OperationCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "op", abstract: "Measures one operation, or all of them.",
    discussion: "Operations: \(OperationBenchmarks.names.joined(separator: " ")).")

  @Argument(help: "The operation, or \"all\".")
  var name: String

  @Flag(help: "Measure the gradients alone.")
  var gradient = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard name == "all" || OperationBenchmarks.names.contains(name) else {
      throw ValidationError(
        "there is no operation \(name); there are \(OperationBenchmarks.names.joined(separator: ", "))")
    }
  }

  func run() throws {
    for name in name == "all" ? OperationBenchmarks.names : [name] {
      let result = output.withThreads {
        OperationBenchmarks.run(name, runs: output.steps, gradient: gradient)
      }
      if let result { print(try result.line(asJSON: output.json)) }
    }
  }
}
