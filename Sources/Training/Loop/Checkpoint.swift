import Autograd
public import Foundation
public import NeuralNetwork

/// A training run at one step: weights, optimizer state and the step, in one safetensors file.
///
/// Weights keep their plain names, so the file opens in any safetensors reader; the optimizer's tensors begin
/// with `optimizer.`. One file means that a rename replaces the old checkpoint whole or not at all.
public struct Checkpoint {
  static let optimizerPrefix = "optimizer."
  /// More steps than anybody makes.
  private static let mostSteps = 1 << 40

  /// The number of optimizer steps that were made.
  package var step: Int
  /// The best validation figure so far, or `nil` before the first.
  package var best: Double?
  /// Whether the validation after this step, if one is due, was made.
  package var isJudged = true
  /// The highest figure so far, whatever the best weights are chosen by.
  package var peak: Double?
  /// The validations since the figure rose last.
  package var stale = 0
  /// What the stage remembers beside weights and optimizer, as text.
  package var memory: String?

  package init(
    step: Int, best: Double? = nil, isJudged: Bool = true, stale: Int = 0, memory: String? = nil
  ) {
    self.stale = stale
    self.step = step
    self.best = best
    self.isJudged = isJudged
    self.memory = memory
  }

  /// Writes the state of a training run, and what the weights say `also` of themselves.
  ///
  /// - Throws: `WeightFileError.cannotWrite`.
  package func save(
    _ store: ParameterStore, _ optimizer: any Optimizer, also notes: [String: String] = [:], to path: String
  ) throws(WeightFileError) {
    let slots = optimizer.state.map { (name: Self.optimizerPrefix + $0.key, tensor: $0.value) }
    var metadata = notes
    metadata["step"] = "\(step)"
    if let best { metadata["best"] = "\(best)" }
    if !isJudged { metadata["judged"] = "no" }
    if let peak { metadata["peak"] = "\(peak)" }
    if stale > 0 { metadata["stale"] = "\(stale)" }
    if let memory { metadata["memory"] = memory }
    try SafetensorsWriter.write(store.stateEntries() + slots, metadata: metadata, to: path)
  }

  /// Reads a training run back into a model and its optimizer.
  ///
  /// - Throws: `WeightFileError` for a damaged file, `RunError.checkpointOfAnotherModel`,
  ///   `RunError.weightsOnly`.
  package static func load(
    _ path: String, into store: ParameterStore, _ optimizer: any Optimizer
  ) throws -> Checkpoint {
    let reader = try SafetensorsReader(path: path)
    guard let step = reader.metadata["step"].flatMap({ Int($0) }), 0...mostSteps ~= step else {
      throw RunError.checkpointOfAnotherModel(path: path, reason: "it names no step")
    }
    var slots: [String: Tensor] = [:]
    for name in reader.entries.keys where name.hasPrefix(optimizerPrefix) {
      slots[String(name.dropFirst(optimizerPrefix.count))] = try reader.weight(name)
    }
    guard step == 0 || !slots.isEmpty else {
      throw RunError.weightsOnly(path: path)
    }
    do throws(WeightLoadError) {
      try store.load(reader, renaming: { $0.hasPrefix(optimizerPrefix) ? nil : $0 })
      try optimizer.restore(slots)
    } catch {
      throw explained(error, path)
    }
    var checkpoint = Checkpoint(
      step: step, best: reader.metadata["best"].flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil },
      isJudged: reader.metadata["judged"] != "no",
      stale: reader.metadata["stale"].flatMap { Int($0) } ?? 0, memory: reader.metadata["memory"])
    checkpoint.peak = reader.metadata["peak"].flatMap { Double($0) }
    return checkpoint
  }

  /// Reads only weights: all of them, or those whose names begin with a key of `parts`, with that value in
  /// place of the key.
  ///
  /// - Throws: `WeightFileError` for a damaged file, `RunError.checkpointOfAnotherModel`.
  public static func loadWeights(
    _ path: String, into store: ParameterStore, parts: [String: String] = ["": ""]
  ) throws {
    let reader = try SafetensorsReader(path: path)
    let others = store.stateEntries().map(\.name).filter { name in
      !parts.values.contains { name.hasPrefix($0) }
    }
    do throws(WeightLoadError) {
      try store.load(
        reader,
        renaming: { name in
          guard !name.hasPrefix(optimizerPrefix), let part = parts.first(where: { name.hasPrefix($0.key) })
          else { return nil }
          return part.value + name.dropFirst(part.key.count)
        }, tolerance: LoadTolerance(missing: others))
    } catch {
      throw explained(error, path)
    }
  }

  /// An error about the file at `path` as one about a checkpoint.
  private static func explained(_ error: WeightLoadError, _ path: String) -> any Error {
    switch error {
    case .file(let error): error
    case .mismatch(_, let report): RunError.checkpointOfAnotherModel(path: path, reason: "\(report)")
    case .badCount(let name, let found):
      WeightFileError.badValue(
        path: path, name: optimizerPrefix + name, found: "\(found)", expected: "a number of steps stands")
    }
  }
}

/// What a stage remembers from step to step beside weights and optimizer; checkpoints hold it, so that a
/// resumed run goes on as if it had not been interrupted.
public protocol StepMemory: AnyObject {
  /// What a checkpoint holds.
  var encoded: Data { get throws }

  /// - Throws: if `data` is not what `encoded` once gave.
  func restore(_ data: Data) throws
}

extension RunDirectory {
  /// The best weights that a training stage has left.
  public func bestWeights(of stage: String) -> String { file("\(stage)/best.safetensors") }
}
