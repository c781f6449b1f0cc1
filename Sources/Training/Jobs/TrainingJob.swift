import Autograd
public import Configuration
import Datasets
import Files
import Foundation
import Reporting

/// The main job: from photographs with image labels to pseudo-masks, a segmenter and a held-out score.
public struct TrainingJob {
  /// What the command line asks for.
  public struct Request: Sendable {
    /// The configuration file.
    public var configuration: String
    /// Options to lay over the file, each `key=value`.
    public var overrides: [String] = []
    /// Pretrained backbone weights in place of `model.weights`.
    public var weights: String?
    /// Whether to go on with the newest run of the configuration, or with `run`.
    public var resume = false
    /// The run folder to go on with.
    public var run: String?
    /// A finished run whose valid stages are taken over.
    public var from: String?
    /// The stages to run, separated by commas; empty means all.
    public var stages = ""
    /// The folder that run folders are made in.
    public var root = "Checkpoints"

    /// A request to run `configuration` from the beginning.
    public init(configuration: String) {
      self.configuration = configuration
    }

    /// The name of the run folder's parent: the path of the file below `Configs`, without its ending.
    var name: String {
      let path = URL(fileURLWithPath: configuration).standardizedFileURL.deletingPathExtension().path
      if let range = path.range(of: "/Configs/", options: .backwards) {
        return String(path[range.upperBound...])
      }
      return URL(fileURLWithPath: path).lastPathComponent
    }

    /// The command that goes on with the run in `folder` after an interruption, for a shell.
    func resumeCommand(for folder: String) -> String {
      var words = ["swift", "run", "train", "--config", configuration]
      words += overrides.flatMap { ["--set", $0] }
      if let weights { words += ["--weights", weights] }
      if !stages.isEmpty { words += ["--stages", stages] }
      return (words + ["--run", folder]).map(Self.quoted).joined(separator: " ")
    }

    /// A word that a shell leaves alone, in quotes where it has to be.
    private static func quoted(_ word: String) -> String {
      let isPlain = word.allSatisfy { $0.isLetter || $0.isNumber || "-_=./,:+@%".contains($0) }
      return isPlain && !word.isEmpty ? word : "'" + word.replacing("'", with: #"'\''"#) + "'"
    }
  }

  private let request: Request
  /// Everything that decides what the run computes.
  public let configuration: RunConfiguration

  /// Reads and checks the configuration.
  ///
  /// - Throws: `ConfigurationError`.
  public init(_ request: Request) throws(ConfigurationError) {
    self.request = request
    let weights = request.weights.map { ["model.weights=\($0)"] } ?? []
    configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: request.configuration, overrides: request.overrides + weights)
  }

  /// The configuration with an explanation of every key.
  public var documentedConfiguration: String { ConfigurationLoader.yaml(of: configuration, documented: true) }

  /// Runs the stages that are asked for and whose output is not there yet.
  ///
  /// - Throws: `RunError.interrupted` after Ctrl-C, else what went wrong; nothing already made is lost.
  public func run() throws {
    InterruptFlag.install()
    let stages = try StageName.parse(request.stages).filter { $0.isNeeded(by: configuration) }
    let options: any DatasetOptions = configuration.data.resolved()
    let dataset = try options.open()
    let isNew = !request.resume && request.run == nil
    let directory = try openDirectory()
    try checkCompatibility(with: directory)
    let taken = try request.from.map { try takeOver(from: RunDirectory(path: $0), into: directory) }
    try directory.write(ConfigurationLoader.yaml(of: configuration), to: "config.yaml")
    try directory.write(dataset.classNames.map { $0 + "\n" }.joined(), to: "classes.txt")
    let log = try JSONLines(path: directory.file("log.jsonl"))
    let context = try RunContext(
      configuration, directory, dataset, reporter: Reporter([Console.standard(), log]),
      resumeCommand: request.resumeCommand(for: directory.path))
    context.reporter(
      .note("run \(directory.path), seed \(configuration.seed), \(Parallel.coreCount) threads"))
    if let taken {
      try context.record(taken.figures)
      let names = taken.stages.map(\.rawValue).joined(separator: ", ")
      context.reporter(.note("taken over: \(names.isEmpty ? "nothing, as all options differ" : names)"))
    }
    do {
      try takeCensus(context)
    } catch {
      // A run that never began leaves no folder behind.
      if isNew { try? FileManager.default.removeItem(atPath: directory.path) }
      throw error
    }
    try context.record([("seed", JSON(configuration.seed))])
    for stage in stages { try run(stage, context) }
    context.reporter(.note("done: \(directory.path)"))
  }

  /// Takes the valid stages of another run over, and what they measured there.
  private func takeOver(
    from source: RunDirectory, into directory: RunDirectory
  ) throws -> (stages: [StageName], figures: [(String, JSON)]) {
    let takeOver = TakeOver(configuration: configuration)
    let stages = try takeOver(from: source, into: directory)
    return (stages, try takeOver.figures(of: stages, in: source))
  }

  /// Looks at the data before the first step: problems stop the run, oddities are said.
  private func takeCensus(_ context: RunContext) throws {
    let masked: Set<Split> =
      configuration.segment.labels == .groundTruth ? Set(Split.allCases) : [.seeds, .val]
    let census = Census(of: context.dataset, masked: masked)
    for split in census.splits {
      context.reporter(.note("\(split.split.rawValue): \(split.images) images of \(split.name)"))
    }
    for warning in census.warnings { context.reporter(.warning("\(warning)")) }
    for error in census.errors.dropFirst() { context.reporter(.warning("\(error)")) }
    if let error = census.errors.first { throw error }
  }

  private func openDirectory() throws(RunError) -> RunDirectory {
    if let path = request.from, !RunDirectory(path: path).has("config.yaml") { throw .notARun(path: path) }
    if let path = request.run {
      let directory = RunDirectory(path: path)
      guard directory.has("config.yaml") else { throw .notARun(path: path) }
      return directory
    }
    return request.resume
      ? try RunDirectory.latest(configuration: request.name, under: request.root)
      : try RunDirectory.create(configuration: request.name, under: request.root)
  }

  /// Refuses to mix: a stage that was started with other options is neither repeated nor built upon.
  private func checkCompatibility(with directory: RunDirectory) throws(RunError) {
    for stage in StageName.allCases {
      guard let record = StageRecord.read(stage, in: directory) else { continue }
      if record.fingerprint != stage.fingerprint(of: configuration).description {
        throw .otherConfiguration(run: directory.path, stage: stage.rawValue)
      }
    }
  }

  private func run(_ name: StageName, _ context: RunContext) throws {
    let directory = context.directory
    var record =
      StageRecord.read(name, in: directory)
      ?? StageRecord(
        fingerprint: name.fingerprint(of: configuration).description, state: .started, seconds: 0)
    if record.state == .finished {
      context.reporter(.stageSkipped(stage: name.rawValue, reason: "its output is there and valid"))
      return
    }
    for input in name.inputs(of: configuration) {
      guard StageRecord.read(input, in: directory)?.state == .finished else {
        throw RunError.stageMissing(stage: name.rawValue, needs: input.rawValue, run: directory.path)
      }
    }
    try record.write(name, in: directory)
    context.stage = name
    let start = ContinuousClock.now
    let earlier = record.seconds
    do {
      try name.stage.run(context)
    } catch {
      record.seconds = earlier + start.duration(to: .now) / .seconds(1)
      try? record.write(name, in: directory)
      throw error
    }
    record.seconds = earlier + start.duration(to: .now) / .seconds(1)
    record.state = .finished
    try record.write(name, in: directory)
    try context.record([("seconds.\(name.rawValue)", JSON(record.seconds))])
    context.reporter(.stageFinished(stage: name.rawValue, seconds: record.seconds))
  }
}
