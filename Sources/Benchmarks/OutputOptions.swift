import ArgumentParser

/// What all measurements can be told.
struct OutputOptions: ParsableArguments {
  @Option(help: "The number of runs; the median counts.")
  var steps = 10

  @Option(help: "The number of threads; all cores without it.")
  var threads: Int?

  @Flag(help: "Print one line of JSON instead of a line for people.")
  var json = false

  func validate() throws {
    guard steps > 0 else { throw ValidationError("--steps must be at least 1, not \(steps)") }
    guard threads ?? 1 > 0 else { throw ValidationError("--threads must be at least 1, not \(threads ?? 0)") }
  }

  /// Calls `body` with the chosen number of threads.
  func withThreads<Result>(_ body: () -> Result) -> Result {
    BenchmarkThreads.with(threads, body)
  }
}
