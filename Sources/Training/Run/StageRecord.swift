public import Files

/// What a run folder remembers of a stage, in `<stage>/stage.json`: what its output was made from, whether it
/// is complete, and what was measured.
public struct StageRecord: Equatable, Sendable {
  /// Whether a stage's output is complete.
  public enum State: String, Sendable {
    case started, finished
  }

  /// The digest of all options that the output depends on.
  public var fingerprint: String
  /// The digest of all data that the output depends on.
  public var data: String
  /// Whether the output is complete.
  public var state = State.started
  /// The wall time spent on the stage so far, over all interruptions.
  public var seconds = 0.0
  /// What the stage has measured: nested figures, as in `metrics.json`.
  public var figures: JSON = .object([])
  /// The hash of the list of its files, once it is complete.
  public var files: String?

  /// The record of a stage that begins.
  init(fingerprint: Fingerprint, data: Fingerprint) {
    self.fingerprint = fingerprint.description
    self.data = data.description
  }

  /// The record of a stage in a run, or `nil` if it was never started.
  ///
  /// - Throws: `RunError.damagedRecord` if there is one that is not as it was written, `RunError.olderRun`
  ///   for one of an earlier version.
  public static func read(_ stage: String, in run: RunDirectory) throws(RunError) -> StageRecord? {
    guard let text = run.text(of: file(stage)) else {
      guard !run.has(file(stage)) else { throw .damagedRecord(run.file(file(stage)), run.file(stage)) }
      return nil
    }
    guard let json = CheckedJSON.object(in: text) else {
      if let old = try? JSON(parsing: text), old["fingerprint"] != nil, old["check"] == nil,
        old["data"] == nil
      {
        throw .olderRun(run: run.path)
      }
      throw .damagedRecord(run.file(file(stage)), run.file(stage))
    }
    guard case .text(let fingerprint)? = json["fingerprint"], case .text(let data)? = json["data"],
      case .text(let word)? = json["state"], let state = State(rawValue: word),
      let seconds = json["seconds"]?.double, seconds.isFinite, let figures = json["figures"]
    else { throw .damagedRecord(run.file(file(stage)), run.file(stage)) }
    var record = StageRecord(fingerprint: Fingerprint([]), data: Fingerprint([]))
    record.fingerprint = fingerprint
    record.data = data
    record.state = state
    record.seconds = seconds
    record.figures = figures
    if case .text(let files)? = json["files"] { record.files = files }
    return record
  }

  /// Compares every file of the finished stage, or one of them, with its checksum.
  ///
  /// - Throws: `RunError.damagedOutput`, `RunError.missingOutput`.
  public func verify(_ stage: String, in run: RunDirectory, only name: String? = nil) throws(RunError) {
    try StageFiles(stage: stage, directory: run).verify(self, only: name)
  }

  /// Stores the record.
  ///
  /// - Throws: `RunError.cannotWrite`.
  func write(_ stage: String, in run: RunDirectory) throws(RunError) {
    try run.folder(stage)
    var json: JSON = [
      "fingerprint": .text(fingerprint), "data": .text(data), "state": .text(state.rawValue),
      "seconds": JSON(seconds), "figures": figures,
    ]
    if let files { json["files"] = .text(files) }
    try run.write(CheckedJSON.text(of: json), to: Self.file(stage))
  }

  /// In the place of the digest of the data, where these changed while the stage ran.
  static let mixedData = "mixed"
  /// Whether the data changed while the stage ran.
  public var hasMixedData: Bool { data == Self.mixedData }

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
  private let data: DataManifest

  /// The records in the folder of a run on these data.
  public init(_ directory: RunDirectory, _ plan: RunPlan, _ data: DataManifest, seed: Int) {
    self.directory = directory
    self.plan = plan
    self.data = data
    self.seed = seed
  }

  /// The stages that were begun, with what is remembered of each.
  ///
  /// - Throws: `RunError.damagedRecord`, `RunError.olderRun`.
  public static func all(
    of plan: RunPlan, in directory: RunDirectory
  ) throws(RunError) -> [(stage: String, record: StageRecord)] {
    var records: [(stage: String, record: StageRecord)] = []
    for name in plan.names {
      if let record = try StageRecord.read(name, in: directory) { records.append((name, record)) }
    }
    return records
  }

  /// Compares all that the stages have left with their checksums.
  ///
  /// - Throws: `RunError.damagedOutput`, `RunError.missingOutput`, `WeightFileError`.
  public func verify() throws {
    for (name, record) in try Self.all(of: plan, in: directory) {
      if record.state == .finished {
        try record.verify(name, in: directory)
      } else {
        try StageFiles(stage: name, directory: directory).verifyParts()
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
    try StageRecord.read(stage, in: directory)
      ?? StageRecord(fingerprint: plan.fingerprint(of: stage), data: data.digest(of: plan.data(of: stage)))
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

  /// Notes how the stage has ended; a finished one is on the disk with all its files before it is called so.
  ///
  /// - Returns: the wall time spent on it, over all interruptions.
  /// - Throws: `RunError.cannotWrite`.
  public func end(_ state: StageRecord.State) throws(RunError) -> Double {
    if state == .finished { record.files = try StageFiles(stage: name, directory: records.directory).write() }
    record.state = state
    try write()
    return record.seconds
  }

  /// Notes that the data changed while the stage ran, so that nothing builds upon what it made.
  ///
  /// - Throws: `RunError.cannotWrite`.
  public func spoil() throws(RunError) {
    record.data = StageRecord.mixedData
    record.state = .started
    try write()
  }

  private func write() throws(RunError) {
    record.seconds = earlier + start.duration(to: .now) / .seconds(1)
    try record.write(name, in: records.directory)
    try records.writeMetrics()
  }
}
