import Autograd
import Configuration
public import Datasets
public import Files
import Metrics
public import Reporting

/// A run with the folder that holds what its stages have made.
public struct TrainedRun: Sendable {
  /// The options that all methods share.
  public let job: any JobOptions
  /// The folder of the run.
  public let directory: RunDirectory
  /// The names of the foreground classes.
  public let classNames: [String]

  /// The run in `directory` with these options.
  public init(_ job: any JobOptions, _ directory: RunDirectory, classNames: [String]) {
    self.job = job
    self.directory = directory
    self.classNames = classNames
  }
}

/// What a stage works with while it runs.
public final class RunContext {
  /// The run that the stage is a part of.
  public let run: TrainedRun
  /// The name of the stage that runs.
  public let stage: String
  /// The images with their labels.
  public let dataset: any Dataset
  /// Where events go.
  public let reporter: Reporter
  /// The command that continues the run after an interruption.
  let resumeCommand: String
  /// The files that this stage and those before it have made.
  public let outputs: StageOutputs
  private let store: (_ figures: [(String, JSON)]) throws -> Void

  /// The options that all methods share.
  public var job: any JobOptions { run.job }
  /// The folder of the run.
  public var directory: RunDirectory { run.directory }

  /// The context of one stage; `outputs` are the files of the run so far, and `store` keeps what the stage
  /// measures.
  public init(
    _ run: TrainedRun, stage: String, _ dataset: any Dataset, reporter: Reporter, resumeCommand: String,
    outputs: StageOutputs = StageOutputs(),
    store: @escaping (_ figures: [(String, JSON)]) throws -> Void = { _ in }
  ) {
    self.run = run
    self.stage = stage
    self.dataset = dataset
    self.reporter = reporter
    self.resumeCommand = resumeCommand
    self.outputs = outputs
    self.store = store
  }

  /// The path of a file or folder in the stage's own folder.
  public func file(_ name: String) -> String { directory.file("\(stage)/\(name)") }

  /// Makes a folder in the stage's own folder, if it is not there, and returns its path.
  ///
  /// - Throws: `RunError.cannotWrite`.
  @discardableResult
  public func folder(_ name: String) throws(RunError) -> String { try directory.folder("\(stage)/\(name)") }

  /// Stores figures at dotted keys, for the stage's record and `metrics.json`.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public func record(_ figures: [(String, JSON)]) throws {
    try store(figures)
  }

  /// Stores and reports one figure with the split and the number of images behind it.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public func record(
    _ key: String, _ value: Double, _ split: Split, images: Int, also extra: [(String, JSON)] = []
  ) throws {
    let place = key.split(separator: ".").dropLast().joined(separator: ".")
    let name = dataset.name(of: split)
    try record(
      [(key, JSON(value)), ("\(place).split", .text(name)), ("\(place).images", JSON(images))] + extra)
    reporter(.metric(Metric(key, value, split: name, images: images)))
  }

  /// Stops between two images if Ctrl-C was pressed; what is on disk is kept and used again.
  ///
  /// - Throws: `RunError.interrupted`.
  public func checkInterrupt() throws(RunError) {
    if InterruptFlag.isRaised { throw interruption() }
  }

  /// The error with which a stage ends after Ctrl-C, once everything is saved.
  func interruption(step: Int? = nil) -> RunError {
    .interrupted(stage: stage, step: step, command: resumeCommand)
  }

  /// Computes an output for every image, several at a time on all cores, and stores them in order.
  ///
  /// `load` returns `nil` for an image that is done already.
  ///
  /// - Throws: `RunError.interrupted`, and what `load` and `store` throw.
  public func forEachImage<Input: Sendable, Output: Sendable>(
    _ ids: [String], load: (_ id: String) throws -> Input?, compute: @Sendable (Input) -> Output,
    store: (_ id: String, Output) throws -> Void
  ) throws {
    let block = 4 * Parallel.coreCount
    reporter(.stageStarted(StageStart(stage, steps: ids.count, unit: "image")))
    for first in stride(from: 0, to: ids.count, by: block) {
      try checkInterrupt()
      let start = ContinuousClock.now
      let part = ids[first..<min(ids.count, first + block)]
      let inputs = try part.compactMap { id in try load(id).map { (id: id, input: $0) } }
      let outputs = Parallel.map(inputs.count) { compute(inputs[$0].input) }
      for (item, output) in zip(inputs, outputs) { try store(item.id, output) }
      let seconds = start.duration(to: .now) / .seconds(1) / Double(part.count)
      for index in part.indices { reporter(.step(Step(stage, index + 1, seconds: seconds))) }
    }
  }

  /// Calls `body` for every element with Ctrl-C and progress in between.
  ///
  /// - Throws: `RunError.interrupted`, and what `body` throws.
  public func forEachImage(_ ids: [String], _ body: (_ id: String) throws -> Void) throws {
    reporter(.stageStarted(StageStart(stage, steps: ids.count, unit: "image")))
    for (index, id) in ids.enumerated() {
      try checkInterrupt()
      let start = ContinuousClock.now
      try body(id)
      reporter(.step(Step(stage, index + 1, seconds: start.duration(to: .now) / .seconds(1))))
    }
  }
}
