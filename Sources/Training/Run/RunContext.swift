import Autograd
import Configuration
import Datasets
import Files
import Metrics
import Reporting

/// What every stage of a run works with.
final class RunContext {
  let configuration: RunConfiguration
  let directory: RunDirectory
  let dataset: any Dataset
  let reporter: Reporter
  /// The command that continues the run after an interruption.
  let resumeCommand: String
  /// The stage that runs.
  var stage = StageName.classify
  private var metrics: MetricsFile

  /// The context of a run whose folder exists.
  ///
  /// - Throws: `ReportingError` if its metrics cannot be understood.
  init(
    _ configuration: RunConfiguration, _ directory: RunDirectory, _ dataset: any Dataset, reporter: Reporter,
    resumeCommand: String
  ) throws(ReportingError) {
    self.configuration = configuration
    self.directory = directory
    self.dataset = dataset
    self.reporter = reporter
    self.resumeCommand = resumeCommand
    metrics = try MetricsFile(path: directory.file("metrics.json"))
  }

  /// Stores figures in `metrics.json`.
  ///
  /// - Throws: `ReportingError.unwritable`.
  func record(_ figures: [(String, JSON)]) throws(ReportingError) {
    try metrics.update(figures)
  }

  /// Stores and reports one figure with the split and the number of images behind it.
  ///
  /// - Throws: `ReportingError.unwritable`.
  func record(
    _ key: String, _ value: Double, _ split: Split, images: Int, also extra: [(String, JSON)] = []
  ) throws(ReportingError) {
    let place = key.split(separator: ".").dropLast().joined(separator: ".")
    let name = dataset.name(of: split)
    try record(
      [(key, JSON(value)), ("\(place).split", .text(name)), ("\(place).images", JSON(images))] + extra)
    reporter(.metric(Metric(key, value, split: name, images: images)))
  }

  /// Stops between two images if Ctrl-C was pressed; what is on disk is kept and used again.
  ///
  /// - Throws: `RunError.interrupted`.
  func checkInterrupt() throws(RunError) {
    if InterruptFlag.isRaised { throw .interrupted(stage: stage.rawValue, step: nil, command: resumeCommand) }
  }

  /// Computes an output for every image, several at a time on all cores, and stores them in order.
  ///
  /// `load` returns `nil` for an image that is done already.
  ///
  /// - Throws: `RunError.interrupted`, and what `load` and `store` throw.
  func forEachImage<Input: Sendable, Output: Sendable>(
    _ ids: [String], load: (_ id: String) throws -> Input?, compute: @Sendable (Input) -> Output,
    store: (_ id: String, Output) throws -> Void
  ) throws {
    let block = 4 * Parallel.coreCount
    reporter(.stageStarted(StageStart(stage.rawValue, steps: ids.count, unit: "image")))
    for first in stride(from: 0, to: ids.count, by: block) {
      try checkInterrupt()
      let start = ContinuousClock.now
      let part = ids[first..<min(ids.count, first + block)]
      let inputs = try part.compactMap { id in try load(id).map { (id: id, input: $0) } }
      let outputs = Parallel.map(inputs.count) { compute(inputs[$0].input) }
      for (item, output) in zip(inputs, outputs) { try store(item.id, output) }
      let seconds = start.duration(to: .now) / .seconds(1) / Double(part.count)
      for index in part.indices { reporter(.step(Step(stage.rawValue, index + 1, seconds: seconds))) }
    }
  }

  /// Calls `body` for every element with Ctrl-C and progress in between.
  ///
  /// - Throws: `RunError.interrupted`, and what `body` throws.
  func forEachImage(_ ids: [String], _ body: (_ id: String) throws -> Void) throws {
    reporter(.stageStarted(StageStart(stage.rawValue, steps: ids.count, unit: "image")))
    for (index, id) in ids.enumerated() {
      try checkInterrupt()
      let start = ContinuousClock.now
      try body(id)
      reporter(.step(Step(stage.rawValue, index + 1, seconds: start.duration(to: .now) / .seconds(1))))
    }
  }
}
