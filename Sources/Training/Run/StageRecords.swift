public import Files

/// What a run folder remembers of all its stages; `metrics.json` is made of it.
public struct StageRecords {
  let directory: RunDirectory
  private let plan: RunPlan
  private let seed: Int

  /// The records in the folder of a run.
  public init(_ directory: RunDirectory, _ plan: RunPlan, seed: Int) {
    self.directory = directory
    self.plan = plan
    self.seed = seed
  }

  /// Refuses to mix: a stage that was started with other options is neither repeated nor built upon.
  ///
  /// - Throws: `RunError.otherConfiguration`, `RunError.damagedRecord`.
  public func requireSameOptions() throws(RunError) {
    for name in plan.names {
      guard let record = try StageRecord.read(name, in: directory) else { continue }
      if record.fingerprint != plan.fingerprint(of: name).description {
        throw .otherConfiguration(run: directory.path, stage: name)
      }
    }
  }

  /// Whether the output of a stage is complete.
  ///
  /// - Throws: `RunError.damagedRecord`.
  public func isFinished(_ stage: String) throws(RunError) -> Bool {
    try StageRecord.read(stage, in: directory)?.state == .finished
  }

  /// The record of a stage, a new one if it was never started.
  func record(_ stage: String) throws(RunError) -> StageRecord {
    try StageRecord.read(stage, in: directory) ?? StageRecord(fingerprint: plan.fingerprint(of: stage))
  }

  /// Writes `metrics.json`: the seed, what every stage has measured, and its seconds.
  ///
  /// - Throws: `RunError.cannotWrite`, `RunError.damagedRecord`.
  public func writeMetrics() throws(RunError) {
    var (metrics, seconds): (JSON, JSON) = (["seed": JSON(seed)], .object([]))
    for name in plan.names {
      guard let record = try StageRecord.read(name, in: directory) else { continue }
      metrics = metrics.merging(record.figures)
      if record.state == .finished { seconds[name] = JSON(record.seconds) }
    }
    metrics["seconds"] = seconds
    try directory.write(metrics.pretty() + "\n", to: "metrics.json")
  }
}

/// The record of a stage while it runs.
public final class StageRecording {
  private let name: String
  private let records: StageRecords
  private var record: StageRecord
  private let start = ContinuousClock.now
  private let earlier: Double

  /// Notes that a stage has begun, or goes on.
  ///
  /// - Throws: `RunError.cannotWrite`, `RunError.damagedRecord`.
  public init(_ name: String, of records: StageRecords) throws(RunError) {
    self.name = name
    self.records = records
    record = try records.record(name)
    earlier = record.seconds
    try record.write(name, in: records.directory)
  }

  /// Keeps figures at dotted keys.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public func add(_ figures: [(String, JSON)]) throws(RunError) {
    for (key, value) in figures { record.figures.set(value, at: key) }
    try write()
  }

  /// Notes how the stage has ended.
  ///
  /// - Returns: the wall time spent on it, over all interruptions.
  /// - Throws: `RunError.cannotWrite`.
  public func end(_ state: StageRecord.State) throws(RunError) -> Double {
    record.state = state
    try write()
    return record.seconds
  }

  private func write() throws(RunError) {
    record.seconds = earlier + start.duration(to: .now) / .seconds(1)
    try record.write(name, in: records.directory)
    try records.writeMetrics()
  }
}
