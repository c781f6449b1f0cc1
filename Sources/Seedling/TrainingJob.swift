import Autograd
import Configuration
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
  /// The run to go on with; `nil` for a new one.
  private let earlier: RunDirectory?
  /// Everything that decides what the run computes.
  public let configuration: RunConfiguration

  /// Reads and checks the configuration; the settings that a run was started with count when it goes on.
  ///
  /// - Throws: `ConfigurationError`, `RunError` if there is no run to go on with.
  public init(_ request: TrainingRequest) throws {
    self.request = request
    earlier = try request.earlierRun()
    let remembered = try earlier.flatMap { run throws(RunError) in try RunRecord.read(in: run) }
    var configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: request.configuration,
      overrides: (remembered?.overrides ?? []) + request.settings)
    // What is wrong with the file of weights is said when it is needed.
    if let model = try? configuration.model.withStatisticsOfWeights() {
      configuration.model = model
    } else if let earlier, configuration.model.mean.isEmpty {
      let stored = try ConfigurationLoader.load(
        RunConfiguration.self, file: earlier.file(RunDirectory.configFile))
      (configuration.model.mean, configuration.model.deviation) = (stored.model.mean, stored.model.deviation)
    }
    self.configuration = configuration
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
    for stage in stages {
      try BatchMemoryError.check(stage)
      try ViewMemoryError.check(stage)
    }
    let backlog = Backlog()
    let opening = RunOpening(
      request: request, configuration: configuration, plan: plan,
      reporter: Reporter([Console.standard(), backlog]))
    if earlier == nil, request.from == nil { _ = try configuration.model.withStatisticsOfWeights() }
    let opened = try earlier.map { try opening.again($0, stages) } ?? opening.new(stages)
    do {
      try run(stages, opened, after: backlog.events)
    } catch {
      if let draft = opened.draft, !hasBegun(opened) { draft.discard(opened.directory) }
      throw error
    }
  }

  /// Whether a run has made anything that could be lost; the log alone does not tell, since somebody may have
  /// taken it away.
  private func hasBegun(_ opened: OpenedRun) -> Bool {
    let log = opened.directory.text(of: RunDirectory.logFile) ?? ""
    if log.contains("\"kind\":\"train\"") || log.contains("\"kind\":\"finish\"") { return true }
    let own = plan.names.filter { !(opened.taken?.taken.contains($0) ?? false) }
    return own.contains { name in
      let files = (try? FileManager.default.contentsOfDirectory(atPath: opened.directory.file(name))) ?? []
      return files.contains { $0 != StageRecord.fileName }
    }
  }

  private func run(_ stages: [any Stage], _ opened: OpenedRun, after events: [Event]) throws {
    let directory = opened.directory
    let records = StageRecords(directory, plan, opened.data, seed: configuration.seed)
    let log = try JSONLines(path: directory.file(RunDirectory.logFile))
    for event in events { try log.receive(event) }
    let (damaged, file) = (log.damagedLines, log.file)
    let reporter = Reporter([Console.standard(), log])
    if let first = damaged.first {
      reporter(
        .warning(
          "\(directory.file(RunDirectory.logFile)):\(first): the first of \(damaged.count) lines that are "
            + "damaged; nothing but the log depends on them"))
    }
    reporter(.note("run \(directory.path), seed \(configuration.seed), \(Parallel.coreCount) threads"))
    // Nobody would see what the run says.
    if let failure = StandardStream.output.failure { throw failure }
    try records.writeMetrics()
    let run = TrainedRun(configuration, directory, classNames: opened.dataset.classNames)
    let outputs = StageOutputs()
    for name in RunRecord.fixedFiles { outputs.noteFixed(directory.file(name)) }
    outputs.noteGrowing(file)
    for stage in stages { try self.run(stage, run, opened, reporter, records, outputs) }
    reporter(.note("done: \(directory.path)"))
  }

  private func run(
    _ stage: any Stage, _ run: TrainedRun, _ opened: OpenedRun, _ reporter: Reporter,
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
      run, stage: name, opened.dataset, reporter: reporter,
      resumeCommand: request.resumeCommand(for: run.directory.path), outputs: outputs,
      store: record.add)
    do {
      try stage.run(context)
      try outputs.requireUnchanged(stage: run.directory.file(name))
    } catch {
      _ = try? record.end(.started)
      // Where a file of the run was taken away or replaced, that is why a reader failed.
      if !(error is RunError) { try outputs.requireUnchanged(stage: run.directory.file(name)) }
      throw error
    }
    try requireSameData(stage, opened, record)
    let seconds = try record.end(.finished)
    outputs.noteAll(in: run.directory.file(name))
    reporter(.stageFinished(stage: name, seconds: seconds))
  }

  /// Refuses what a stage made while the files that it read were changed.
  private func requireSameData(
    _ stage: any Stage, _ opened: OpenedRun, _ record: StageRecording
  ) throws {
    var use = stage.data
    // They were read when the stage began, and may be gone by now.
    use.weights = false
    let now = try DataManifest(of: opened.dataset, weights: nil, in: use, known: [opened.data])
    guard now.digest(of: use) != opened.data.digest(of: use) else { return }
    try record.spoil()
    throw RunError.dataChangedMeanwhile(
      run: opened.directory.path, stage: stage.name,
      changes: now.changes(since: opened.data, in: use) ?? "by their hashes")
  }
}
