public import ArgumentParser
import Seedling

/// Measures training steps, inference, single operations, and where the time of a training step goes.
public struct BenchmarkCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "benchmark", abstract: "Measures training steps, inference and single operations.",
    version: Release.version,
    subcommands: [
      TrainStepCommand.self, ProfileCommand.self, InferenceCommand.self, CAMCommand.self,
      ExplainStepCommand.self, OperationCommand.self,
    ])

  public init() {}
}

/// Which network is measured on what.
struct NetworkOptions: ParsableArguments {
  @Option(help: "The backbone: \(NetworkBenchmark.models.joined(separator: ", ")).")
  var model: String

  @Option(help: "The number of images in a batch.")
  var batch = 8

  @Option(help: "Height and width of the images in pixels.")
  var size = 224

  @Option(help: "Input pixels per step of the last map: 32, 16 or 8, for convolutional models.")
  var outputStride: Int?

  func validate() throws {
    guard batch > 0 else { throw ValidationError("--batch must be at least 1, not \(batch)") }
  }

  func benchmark() throws -> NetworkBenchmark {
    try Self.benchmark(model: model, batch: batch, size: size, outputStride: outputStride)
  }

  /// A benchmark, or the usage error that says what is wrong with the request.
  static func benchmark(
    model: String, batch: Int, size: Int, outputStride: Int? = nil
  ) throws -> NetworkBenchmark {
    do {
      return try NetworkBenchmark(model: model, batch: batch, size: size, outputStride: outputStride)
    } catch {
      throw ValidationError(error.description)
    }
  }
}

/// Measures training steps.
struct TrainStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train-step",
    abstract: "Measures training steps: forward, loss, backward and optimizer.")

  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let benchmark = try network.benchmark()
    print(try output.withThreads { benchmark.trainingSteps(output.steps) }.line(asJSON: output.json))
  }
}

/// Measures forward passes.
struct InferenceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inference", abstract: "Measures forward passes in inference mode.")

  @OptionGroup var network: NetworkOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    let benchmark = try network.benchmark()
    print(try output.withThreads { benchmark.inference(output.steps) }.line(asJSON: output.json))
  }
}

/// Measures class activation maps.
struct CAMCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cam",
    abstract: "Measures class activation maps of one image: three scales, each with its mirror image.")

  @Option(help: "The backbone: \(NetworkBenchmark.models.joined(separator: ", ")).")
  var model: String

  @Option(help: "Height and width of the image in pixels.")
  var size = 448

  @OptionGroup var output: OutputOptions

  func run() throws {
    let benchmark = try NetworkOptions.benchmark(model: model, batch: 1, size: size)
    print(try output.withThreads { benchmark.classActivationMaps(output.steps) }.line(asJSON: output.json))
  }
}

/// Measures explainers.
struct ExplainStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Measures the maps of some methods for some classes of one image, enlarged to its size.")

  @Option(help: "The backbone: \(NetworkBenchmark.models.joined(separator: ", ")).")
  var model: String

  @Option(help: "The methods, separated by commas.")
  var methods = "grad-cam"

  @Option(help: "The number of classes that are explained.")
  var classes = 3

  @Option(help: "Height and width of the image in pixels.")
  var size = 224

  @OptionGroup var output: OutputOptions

  func run() throws {
    let names = methods.split(separator: ",").map(String.init)
    let benchmark: ExplanationBenchmark
    do {
      benchmark = try ExplanationBenchmark(model: model, methods: names, classes: classes, size: size)
    } catch {
      throw ValidationError(error.description)
    }
    print(try output.withThreads { benchmark.run(output.steps) }.line(asJSON: output.json))
  }
}

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
