import Autograd
public import Configuration
import Datasets
import Files
import Foundation
import Reporting
import Training

/// The main job: from photographs with image labels to what the method ends with, as a rule pseudo-masks, a
/// segmenter and a held-out score.
public struct TrainingJob {
  private let request: TrainingRequest
  private let plan: RunPlan
  /// Everything that decides what the run computes.
  public let configuration: RunConfiguration

  /// Reads and checks the configuration.
  ///
  /// - Throws: `ConfigurationError`.
  public init(_ request: TrainingRequest) throws(ConfigurationError) {
    self.request = request
    let weights = request.weights.map { ["model.weights=\($0)"] } ?? []
    configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: request.configuration, overrides: request.overrides + weights)
    plan = try configuration.plan()
  }

  /// The configuration with an explanation of every key.
  public var documentedConfiguration: String { ConfigurationLoader.yaml(of: configuration, documented: true) }

  /// Runs the stages that are asked for and whose output is not there yet.
  ///
  /// - Throws: `RunError.interrupted` after Ctrl-C, else what went wrong; nothing already made is lost.
  public func run() throws {
    InterruptFlag.install()
    let stages = try plan.selected(request.stages)
    for stage in stages { try BatchMemoryError.check(stage) }
    let dataset = try configuration.data.component.open()
    let isNew = !request.resume && request.run == nil
    let directory = try openDirectory()
    let records = StageRecords(directory, plan, seed: configuration.seed)
    let reporter: Reporter
    do {
      reporter = try begin(directory, records, dataset)
    } catch {
      // A run that never began leaves no folder behind.
      if isNew { try? FileManager.default.removeItem(atPath: directory.path) }
      throw error
    }
    try records.writeMetrics()
    let run = TrainedRun(configuration, directory, classNames: dataset.classNames)
    let outputs = StageOutputs()
    for stage in stages { try self.run(stage, run, dataset, reporter, records, outputs) }
    reporter(.note("done: \(directory.path)"))
  }

  /// Takes over what another run has made, writes what the run is, and looks at the data.
  private func begin(
    _ directory: RunDirectory, _ records: StageRecords, _ dataset: any Dataset
  ) throws -> Reporter {
    try records.requireSameOptions()
    let taken = try request.from.map { path in
      try TakeOver(plan: plan)(from: RunDirectory(path: path), into: directory)
    }
    try directory.write(ConfigurationLoader.yaml(of: configuration), to: "config.yaml")
    try directory.write(dataset.classNames.map { $0 + "\n" }.joined(), to: "classes.txt")
    let reporter = Reporter([Console.standard(), try JSONLines(path: directory.file("log.jsonl"))])
    reporter(.note("run \(directory.path), seed \(configuration.seed), \(Parallel.coreCount) threads"))
    if let taken {
      let names = taken.joined(separator: ", ")
      reporter(.note("taken over: \(names.isEmpty ? "nothing, as all options differ" : names)"))
    }
    // Nobody would see what the run says.
    if let failure = StandardStream.output.failure { throw failure }
    try takeCensus(dataset, reporter)
    return reporter
  }

  /// Looks at the data before the first step: problems stop the run, oddities are said.
  private func takeCensus(_ dataset: any Dataset, _ reporter: Reporter) throws {
    let learnsFromMasks = configuration.segment.labels == .groundTruth
    let census = Census(
      of: dataset, masked: learnsFromMasks ? Set(Split.allCases) : [.seeds, .val],
      needed: learnsFromMasks ? [.train] : [])
    for split in census.splits {
      reporter(.note("\(split.split.rawValue): \(split.images) images of \(split.name)"))
    }
    for note in census.notes { reporter(.note(note)) }
    for warning in census.warnings { reporter(.warning("\(warning)")) }
    for error in census.errors.dropFirst() { reporter(.warning("\(error)")) }
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

  private func run(
    _ stage: any Stage, _ run: TrainedRun, _ dataset: any Dataset, _ reporter: Reporter,
    _ records: StageRecords, _ outputs: StageOutputs
  ) throws {
    let name = stage.name
    guard try !records.isFinished(name) else {
      reporter(.stageSkipped(stage: name, reason: "its output is there and valid"))
      outputs.noteAll(in: run.directory.file(name))
      return
    }
    for input in stage.inputs {
      guard try records.isFinished(input) else {
        throw RunError.stageMissing(stage: name, needs: input, run: run.directory.path)
      }
    }
    let record = try StageRecording(name, of: records)
    let context = RunContext(
      run, stage: name, dataset, reporter: reporter,
      resumeCommand: request.resumeCommand(for: run.directory.path), outputs: outputs,
      store: record.add)
    do {
      try stage.run(context)
      try outputs.requireUnchanged(stage: run.directory.file(name))
    } catch {
      _ = try? record.end(.started)
      throw error
    }
    let seconds = try record.end(.finished)
    reporter(.stageFinished(stage: name, seconds: seconds))
  }
}
