public import Files

/// What a run folder remembers of a stage, in `<stage>/stage.json`: what its output was made from, whether it
/// is complete, and what was measured.
public struct StageRecord: Equatable, Sendable {
  /// Whether a stage's output is complete.
  public enum State: String, Sendable {
    case started, finished
  }

  /// The digest of everything that the output depends on.
  public var fingerprint: String
  /// Whether the output is complete.
  public var state = State.started
  /// The wall time spent on the stage so far, over all interruptions.
  public var seconds = 0.0
  /// What the stage has measured: nested figures, as in `metrics.json`.
  public var figures: JSON = .object([])

  /// The record of a stage that begins.
  init(fingerprint: Fingerprint) {
    self.fingerprint = fingerprint.description
  }

  /// The record of a stage in a run, or `nil` if it was never started.
  ///
  /// - Throws: `RunError.damagedRecord` if there is one that cannot be understood.
  public static func read(_ stage: String, in run: RunDirectory) throws(RunError) -> StageRecord? {
    guard let text = run.text(of: file(stage)) else { return nil }
    guard let json = try? JSON(parsing: text), case .text(let fingerprint)? = json["fingerprint"],
      case .text(let word)? = json["state"], let state = State(rawValue: word),
      let seconds = json["seconds"]?.double, let figures = json["figures"]
    else { throw .damagedRecord(path: run.file(file(stage)), folder: run.file(stage)) }
    var record = StageRecord(fingerprint: Fingerprint([]))
    record.fingerprint = fingerprint
    record.state = state
    record.seconds = seconds
    record.figures = figures
    return record
  }

  /// Stores the record.
  ///
  /// - Throws: `RunError.cannotWrite`.
  func write(_ stage: String, in run: RunDirectory) throws(RunError) {
    try run.folder(stage)
    let json: JSON = [
      "fingerprint": .text(fingerprint), "state": .text(state.rawValue), "seconds": JSON(seconds),
      "figures": figures,
    ]
    try run.write(json.pretty() + "\n", to: Self.file(stage))
  }

  /// The name of the record in the folder of its stage.
  public static let fileName = "stage.json"

  private static func file(_ stage: String) -> String { "\(stage)/\(fileName)" }
}

extension JSON {
  /// Sets the value at a dotted key, as in `segmentation.val.mIoU`.
  mutating func set(_ value: JSON, at key: String) {
    set(value, at: key.split(separator: ".").map(String.init)[...])
  }

  private mutating func set(_ value: JSON, at keys: ArraySlice<String>) {
    guard let key = keys.first else {
      self = value
      return
    }
    var child = self[key] ?? .object([])
    child.set(value, at: keys.dropFirst())
    self[key] = child
  }

  /// The members of both objects; where both have a key, objects are merged and other values are `other`'s.
  func merging(_ other: JSON) -> JSON {
    guard case .object = self, case .object(let members) = other else { return other }
    return members.reduce(self) { merged, member in
      var merged = merged
      merged[member.key] = merged[member.key].map { $0.merging(member.value) } ?? member.value
      return merged
    }
  }
}

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
