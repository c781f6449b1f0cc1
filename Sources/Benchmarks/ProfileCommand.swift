import ArgumentParser

/// Measures where the time of a training step goes.
struct ProfileCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "profile",
    abstract: "Measures where the time of a training step goes.",
    discussion: """
      For each operation, forward and backward: its time, its arithmetic, its least memory traffic, and how \
      near it comes to what this machine can do, which is measured first.
      """)

  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let benchmark = try network.benchmark()
    print(try output.withThreads { benchmark.profile(output.steps) }.line(asJSON: output.json))
  }
}
