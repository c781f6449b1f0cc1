import Configuration
import Foundation
import Training

/// A run that another one takes stages over from.
struct SourceRun {
  let directory: RunDirectory
  /// What its data were; `nil` for a run of an earlier version.
  let data: DataManifest?
  /// Its options, as far as this program understands them.
  let configuration: RunConfiguration?

  /// Reads what a run folder remembers; nothing in it may lead out of it.
  ///
  /// - Throws: `RunError.notARun`, `RunError.linkInside`, `RunError.damagedFile`.
  init(_ directory: RunDirectory) throws(RunError) {
    guard directory.has(RunDirectory.configFile) else { throw .notARun(path: directory.path) }
    try directory.requireOwnFiles()
    self.directory = directory
    data = try directory.rememberedData()
    configuration = try? ConfigurationLoader.load(
      RunConfiguration.self, file: directory.file(RunDirectory.configFile))
  }
}

extension RunDirectory {
  /// What the data of the run were, with every file beside its record as the run wrote it; `nil` for a run of
  /// an earlier version.
  ///
  /// - Throws: `RunError.damagedFile`.
  func rememberedData() throws(RunError) -> DataManifest? {
    guard let record = try RunRecord.read(in: self) else { return nil }
    try record.verify(in: self)
    guard let text = text(of: Self.dataFile), let data = DataManifest(parsing: text) else {
      throw .damagedFile(path: file(Self.dataFile))
    }
    return data
  }
}

/// Takes the finished stages of another run over, as far as they are valid under this plan and these data.
struct TakeOver {
  /// What was taken over, and why the rest was not.
  struct Result: Equatable {
    var taken: [String] = []
    var left: [Left] = []
  }

  /// A stage that the other run has and that does not fit.
  struct Left: Equatable {
    let stage: String
    let reason: String
  }

  let plan: RunPlan
  let configuration: RunConfiguration
  let data: DataManifest

  /// Links the folder of every stage of `source` that fits into `target`, its record included.
  ///
  /// Files are hard links, so nothing is copied; a run never changes a file of a stage in place.
  ///
  /// - Throws: `RunError`.
  func callAsFunction(from source: SourceRun, into target: RunDirectory) throws(RunError) -> Result {
    var result = Result()
    for name in plan.names {
      guard try StageRecord.read(name, in: target) == nil else { continue }
      do throws(RunError) {
        guard let record = try StageRecord.read(name, in: source.directory) else { continue }
        if let reason = reason(against: record, name, source) {
          result.left.append(Left(stage: name, reason: reason))
          continue
        }
        try record.verify(name, in: source.directory)
      } catch {
        result.left.append(Left(stage: name, reason: Self.words(error)))
        continue
      }
      try link(name, from: source.directory, into: target)
      result.taken.append(name)
    }
    return result
  }

  /// What is wrong with a stage, without what to do about it.
  private static func words(_ error: RunError) -> String {
    String("\(error)".prefix { $0 != ";" })
  }

  /// Why a stage does not fit; `nil` if it does.
  private func reason(against record: StageRecord, _ name: String, _ source: SourceRun) -> String? {
    if record.state != .finished { return "it was not finished" }
    if record.hasMixedData { return "the data changed while it ran" }
    if record.fingerprint != plan.fingerprint(of: name).description {
      return optionReason(name, source) ?? "it was made with other options"
    }
    let use = plan.data(of: name)
    guard record.data != data.digest(of: use).description else { return nil }
    return source.data.flatMap { data.changes(since: $0, in: use) } ?? "it was made from other data"
  }

  /// The options that keep a stage, or one that it builds upon, from being valid.
  private func optionReason(_ name: String, _ source: SourceRun) -> String? {
    guard let earlier = source.configuration, let old = try? earlier.plan(), old.names.contains(name) else {
      return nil
    }
    let isSame = plan.ownOptions(of: name) == old.ownOptions(of: name)
    if isSame, earlier.seed == configuration.seed {
      let changed = plan.inputs(of: name).first { input in
        !old.names.contains(input) || plan.fingerprint(of: input) != old.fingerprint(of: input)
      }
      guard let changed else { return nil }
      return optionReason(changed, source).map { $0.hasSuffix("made anew") ? $0 : "\(changed) is made anew" }
    }
    return configuration.changes(since: earlier, of: [name], plan, old)
  }

  /// Links every file of a stage's folder; the new folder takes its name when all is there.
  private func link(
    _ stage: String, from source: RunDirectory, into target: RunDirectory
  ) throws(RunError) {
    let draft = RunDirectory.draftPrefix + stage
    try target.folder(draft)
    for name in try source.files(in: stage) {
      if let end = name.lastIndex(of: "/") { try target.folder("\(draft)/\(name[..<end])") }
      try link(source.file("\(stage)/\(name)"), target.file("\(draft)/\(name)"))
    }
    guard rename(target.file(draft), target.file(stage)) == 0 else {
      throw .cannotWrite(path: target.file(stage), reason: String(cString: strerror(errno)))
    }
  }

  private func link(_ old: String, _ new: String) throws(RunError) {
    guard Foundation.link(old, new) != 0 else { return }
    do {
      try FileManager.default.copyItem(atPath: old, toPath: new)
    } catch {
      throw .cannotWrite(path: new, reason: RunError.reason(of: error))
    }
  }
}

extension RunConfiguration {
  /// The most options that one line names.
  private static let limit = 3

  /// The options that differ from those of a run, for one line; of `stages` alone where these differ in some.
  func changes(
    since earlier: RunConfiguration, of stages: [String], _ plan: RunPlan, _ old: RunPlan
  ) -> String? {
    let all = OptionDifference.between(self, earlier)
    let own = stages.filter { plan.names.contains($0) && old.names.contains($0) }.flatMap { stage in
      zip(
        plan.stages.first { $0.name == stage }?.options ?? [],
        old.stages.first { $0.name == stage }?.options ?? []
      )
      .flatMap { OptionDifference.between($0, $1) }
    }
    let matching = all.filter { difference in
      own.contains { difference.option.hasSuffix($0.option) && difference.second == $0.second }
    }
    let named = matching.isEmpty ? all : matching
    guard !named.isEmpty else { return nil }
    let rest = named.count - Self.limit
    return named.prefix(Self.limit).map { "\($0.option): \($0.first) here, \($0.second) in the run" }
      .joined(separator: "; ") + (rest > 0 ? "; and \(rest) more" : "")
  }
}
