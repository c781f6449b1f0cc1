import Autograd
import Configuration
import Datasets
import Foundation
import Reporting
import Training

/// A run that is ready to compute: its folder belongs to this process, and what lies there fits options and
/// data.
struct OpenedRun {
  let directory: RunDirectory
  /// Held as long as the run is worked on.
  let lock: RunLock
  let dataset: any Dataset
  let data: DataManifest
  /// What was taken over from another run, if there was one.
  var taken: TakeOver.Result?
  /// The draft that the folder was; `nil` for a run that goes on.
  var draft: RunDraft?
}

/// Finds out whether a run can begin or go on, before anything is written that a refusal would leave behind.
struct RunOpening {
  let request: TrainingRequest
  let configuration: RunConfiguration
  let plan: RunPlan
  let reporter: Reporter

  /// Begins a run in a folder of its own, which nothing is left of if this fails.
  ///
  /// - Throws: `RunError`, `DatasetError`, `WeightFileError`.
  func new(_ stages: [any Stage]) throws -> OpenedRun {
    let source = try request.from.map { path throws(RunError) in try SourceRun(RunDirectory(path: path)) }
    if source == nil { try requireWeights(stages) }
    try requireInputs(stages, done: source == nil ? [] : Set(plan.names), in: nil)
    let draft = try RunDraft(configuration: request.name, under: request.root)
    do {
      let (dataset, data, census) = try look(since: source, begun: [])
      report(census)
      let taken = try source.map { try takeOver($0, into: draft.directory, data) }
      let done = Set(taken?.taken ?? [])
      for line in taken.map(Self.lines) ?? [] { reporter(.note(line)) }
      try requireInputs(stages, done: done, in: nil)
      try requireWeights(stages.filter { !done.contains($0.name) })
      var record = RunRecord(overrides: request.settings)
      try record.write(files(dataset, data), in: draft.directory)
      let (directory, lock) = try draft.begin()
      return OpenedRun(
        directory: directory, lock: lock, dataset: dataset, data: data, taken: taken, draft: draft)
    } catch {
      draft.discard()
      throw error
    }
  }

  /// Goes on with a run whose folder is left as it is if this fails.
  ///
  /// - Throws: `RunError`, `DatasetError`, `WeightFileError`, `ConfigurationError`.
  func again(_ directory: RunDirectory, _ stages: [any Stage]) throws -> OpenedRun {
    let source = try request.from.map { path throws(RunError) in try SourceRun(RunDirectory(path: path)) }
    try directory.requireOwnFiles()
    let lock = try RunLock(directory)
    if !lock.isHeld {
      reporter(.warning("\(directory.path): locks are unknown here; start no second process"))
    }
    let own = try SourceRun(directory)
    guard var record = try RunRecord.read(in: directory), let earlier = own.data else {
      throw RunError.olderRun(run: directory.path)
    }
    let begun = try requireSameOptions(directory)
    let (dataset, data, census) = try look(since: own, begun: begun.map(\.stage))
    try requireSameData(directory, begun, data, earlier)
    report(census)
    let records = StageRecords(directory, plan, data, seed: configuration.seed)
    for name in plan.names { try directory.requireNothing(of: name) }
    try records.verify()
    let finished = begun.filter { $0.record.state == .finished }.map(\.stage)
    if source == nil {
      try requireInputs(stages, done: Set(finished), in: directory)
      try requireWeights(stages.filter { !finished.contains($0.name) })
    }
    directory.clearLeftovers()
    let taken = try source.map { try takeOver($0, into: directory, data) }
    for line in taken.map(Self.lines) ?? [] { reporter(.note(line)) }
    record.overrides += request.settings.filter { !record.overrides.contains($0) }
    try record.write(files(dataset, data), in: directory)
    return OpenedRun(directory: directory, lock: lock, dataset: dataset, data: data, taken: taken)
  }

  private func files(_ dataset: any Dataset, _ data: DataManifest) -> [String: String] {
    [
      RunDirectory.configFile: ConfigurationLoader.yaml(of: configuration),
      RunDirectory.classFile: dataset.classNames.map { $0 + "\n" }.joined(),
      RunDirectory.dataFile: data.text,
    ]
  }

  /// Refuses a stage whose input neither is there nor is made before it.
  private func requireInputs(
    _ stages: [any Stage], done: Set<String>, in directory: RunDirectory?
  ) throws(RunError) {
    var done = done
    for stage in stages {
      for input in stage.inputs where !done.contains(input) && !done.contains(stage.name) {
        throw .stageMissing(stage: stage.name, needs: input, run: directory?.path ?? "--stages")
      }
      done.insert(stage.name)
    }
  }

  /// Refuses a run that would look for its pretrained weights in vain.
  private func requireWeights(_ stages: [any Stage]) throws(RunError) {
    guard let path = configuration.weightFile, stages.contains(where: { $0.data.weights }),
      !FileManager.default.fileExists(atPath: path)
    else { return }
    throw .missingWeights(path: path)
  }

  /// Refuses to mix: a stage that was started with other options is neither repeated nor built upon.
  private func requireSameOptions(
    _ directory: RunDirectory
  ) throws -> [(stage: String, record: StageRecord)] {
    let stored = try ConfigurationLoader.load(
      RunConfiguration.self, file: directory.file(RunDirectory.configFile))
    let old = try stored.plan()
    let begun = try StageRecords.all(of: old, in: directory)
    for (name, record) in begun {
      let isSame = plan.names.contains(name) && record.fingerprint == plan.fingerprint(of: name).description
      guard isSame else {
        let changes = configuration.changes(since: stored, of: [name], plan, old)
        throw RunError.otherConfiguration(
          run: directory.path, stage: name, changes: changes ?? "by its record")
      }
    }
    for difference in OptionDifference.between(configuration, stored) {
      let (option, new, old) = (difference.option, difference.first, difference.second)
      if let stage = begun.first?.stage, isPlace(option), !isSetNow(option) {
        throw RunError.movedData(run: directory.path, stage: stage, option: option, new: new, old: old)
      }
      reporter(.note("\(option): \(new) here, \(old) in the run so far; \(new) from now on"))
    }
    return begun
  }

  /// Whether an option says where the data lie, which decides nothing as long as they are the same.
  private func isPlace(_ option: String) -> Bool { option.hasPrefix("data.") || option == "model.weights" }

  /// Whether the command line names an option, so that it is meant for this run.
  private func isSetNow(_ option: String) -> Bool {
    request.settings.contains { option.hasPrefix($0.prefix { $0 != "=" }) }
  }

  /// Opens the data set, with the lists that an earlier run drew from it, counts it and takes its hashes.
  private func look(
    since earlier: SourceRun?, begun: [String]
  ) throws -> (any Dataset, DataManifest, Census) {
    var dataset = try configuration.data.component.open()
    let hasSameOptions = earlier?.configuration.map { $0.dataOptions == configuration.dataOptions } ?? false
    if let earlier, let data = earlier.data, hasSameOptions {
      dataset = try keepingSplits(of: dataset, data, earlier.directory, begun: begun)
    }
    let census = try census(of: dataset)
    let use = plan.stages.filter { stage in
      begun.contains(stage.name) || plan.needed.contains { $0.name == stage.name }
    }.reduce(DataUse()) { $0.union($1.data) }
    let known = request.verify ? [] : [earlier?.data].compactMap { $0 }
    return (dataset, try manifest(dataset, in: use, known: known, earlier: earlier?.data), census)
  }

  /// The manifest of the data; of weights that are gone, what an earlier run knew.
  private func manifest(
    _ dataset: any Dataset, in use: DataUse, known: [DataManifest], earlier: DataManifest?
  ) throws -> DataManifest {
    let isThere = configuration.weightFile.map { FileManager.default.fileExists(atPath: $0) } ?? false
    let start = ContinuousClock.now
    var data = try DataManifest(
      of: dataset, weights: isThere ? configuration.weightFile : nil, in: use, known: known)
    if !isThere, configuration.weightFile != nil, let earlier { data.keepWeights(of: earlier) }
    let seconds = start.duration(to: .now) / .seconds(1)
    if seconds > 2 {
      reporter(.note("looked at the bytes of \(data.fileCount) files in \(Int(seconds)) s"))
    }
    return data
  }

  /// The data set with the lists that were drawn for an earlier run, as far as all their images are there.
  private func keepingSplits(
    of dataset: any Dataset, _ data: DataManifest, _ earlier: RunDirectory, begun: [String]
  ) throws -> any Dataset {
    let drawn = configuration.data.component.drawnSplits.filter { !data.identifiers(of: $0).isEmpty }
    let lists = Dictionary(uniqueKeysWithValues: drawn.map { ($0, data.identifiers(of: $0)) })
    guard try lists.contains(where: { try dataset.identifiers(of: $0.key) != $0.value }) else {
      return dataset
    }
    let missing = try KeptSplits.missing(from: dataset, lists)
    guard missing.isEmpty else {
      guard let stage = begun.first, let first = missing.first else { return dataset }
      let changes = "\"\(first)\" is gone" + (missing.count > 1 ? " and \(missing.count - 1) more" : "")
      throw RunError.otherData(run: earlier.path, stage: stage, changes: changes)
    }
    let kept = KeptSplits(dataset, lists: lists)
    let left = try kept.leftOut()
    let more = left.first.map { first in
      "; \(left.count) of the images are in no list of it, first \"\(first)\" (a new run draws a new split)"
    }
    reporter(.note("the split of \(earlier.path) is kept\(more ?? "")"))
    return kept
  }

  /// Refuses stages that were made from other data.
  private func requireSameData(
    _ directory: RunDirectory, _ begun: [(stage: String, record: StageRecord)], _ data: DataManifest,
    _ earlier: DataManifest
  ) throws(RunError) {
    for (name, record) in begun {
      if record.hasMixedData { throw .mixedData(run: directory.path, stage: name) }
      let use = plan.data(of: name)
      guard record.data == data.digest(of: use).description else {
        let changes = data.changes(since: earlier, in: use) ?? "by its record"
        throw .otherData(run: directory.path, stage: name, changes: changes)
      }
    }
  }

  /// Looks at the data before the first step: problems stop the run.
  private func census(of dataset: any Dataset) throws -> Census {
    let learnsFromMasks = configuration.segment.labels == .groundTruth
    let census = Census(
      of: dataset, masked: learnsFromMasks ? Set(Split.allCases) : [.seeds, .val],
      needed: learnsFromMasks ? [.train] : [])
    guard let error = census.errors.first else { return census }
    report(census)
    for error in census.errors.dropFirst() { reporter(.warning("\(error)")) }
    throw error
  }

  /// Says what the data are, and oddities.
  private func report(_ census: Census) {
    for split in census.splits {
      reporter(.note("\(split.split.rawValue): \(split.images) images of \(split.name)"))
    }
    for note in census.notes { reporter(.note(note)) }
    for warning in census.warnings { reporter(.warning("\(warning)")) }
  }

  private func takeOver(
    _ source: SourceRun, into target: RunDirectory, _ data: DataManifest
  ) throws(RunError) -> TakeOver.Result {
    try TakeOver(plan: plan, configuration: configuration, data: data)(from: source, into: target)
  }

  /// What was taken over and, for each reason, what was not.
  private static func lines(_ result: TakeOver.Result) -> [String] {
    let taken = result.taken.isEmpty ? "nothing" : result.taken.joined(separator: ", ")
    var groups: [(stages: [String], reason: String)] = []
    for left in result.left {
      if let index = groups.firstIndex(where: { $0.reason == left.reason }) {
        groups[index].stages.append(left.stage)
      } else {
        groups.append(([left.stage], left.reason))
      }
    }
    return ["taken over: \(taken)"]
      + groups.map { "not taken over: \($0.stages.joined(separator: ", ")) (\($0.reason))" }
  }
}

extension RunConfiguration {
  /// The file of pretrained weights, if one is named.
  var weightFile: String? { model.weights == "none" ? nil : model.weights }

  /// The options of the data set without its place, as a text.
  var dataOptions: String {
    ConfigurationLoader.yaml(of: Choice<Catalog.Datasets>(data.component.withoutPlace))
  }
}
