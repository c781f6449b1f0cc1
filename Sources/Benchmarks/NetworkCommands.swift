import ArgumentParser

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
