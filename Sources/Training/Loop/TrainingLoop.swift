public import Autograd
import Configuration
public import Datasets
import Foundation
public import NeuralNetwork
import Reporting

/// The loop of optimizer steps that every trained stage shares: batches, gradients, checkpoints, events.
///
/// The stage's folder holds `last.safetensors`, from which a run goes on bit for bit, and `best.safetensors`,
/// the weights of the best validation.
public struct TrainingLoop {
  private let store: ParameterStore
  private let optimizer: any Optimizer
  /// The learning rate that the schedule scales.
  private let learningRate: Float
  private let schedule: ScheduleOptions
  private let clipNorm: Float
  private let context: RunContext
  private let times: PartTimes
  /// Whether the newest validated weights are the best, whatever their figure.
  public var keepsNewest = false
  /// What checkpoints hold beside weights and optimizer.
  public var memory: (any StepMemory)?

  /// The loop of a stage with these options; `times` adds up the time of each part of a step.
  public init(
    _ store: ParameterStore, _ options: some TrainingOptions, _ context: RunContext,
    times: PartTimes = PartTimes()
  ) {
    let rule = options.optimizer.component
    self.store = store
    optimizer = rule.build(for: store, rules: options.groups)
    learningRate = rule.learningRate
    schedule = options.schedule
    clipNorm = options.clipNorm
    self.context = context
    self.times = times
  }

  private var stage: String { context.stage }
  private var lastPath: String { context.file("last.safetensors") }
  private var bestPath: String { context.directory.bestWeights(of: stage) }
  private var seed: UInt64 { context.job.generatorSeed }

  /// Trains from the last checkpoint, or from the beginning if there is none.
  ///
  /// `loader` hands out the batches of a range of steps; `losses` computes the parts of one batch's loss;
  /// `validate` returns the figure by which the best checkpoint is chosen, higher being better, or `nil`
  /// where there is nothing to judge by. Of equal figures, and where there is none, the newest weights are
  /// the best. Weights are saved before they are judged, so that a fault in held-out images costs no step.
  ///
  /// - Returns: the best validation figure.
  /// - Throws: `RunError.interrupted`, `.notFinite`, `.badStart`, and what loading, validating and saving
  ///   throw.
  public func run<Batch: TrainingBatch>(
    _ loader: (_ steps: Range<Int>) -> Prefetcher<Batch>,
    losses: (_ batch: Batch, _ pass: Pass) -> [LossTerm], validate: () throws -> Double?
  ) throws -> Double? {
    try context.folder("")
    var checkpoint = Checkpoint(step: 0)
    if FileManager.default.fileExists(atPath: lastPath) {
      checkpoint = try Checkpoint.load(lastPath, into: store, optimizer)
      try restoreMemory(checkpoint)
      if checkpoint.step > 0 { for path in [lastPath, bestPath] { context.outputs.note(path) } }
    }
    if let name = store.notFinite {
      throw RunError.badStart(stage: stage, parameter: name, step: checkpoint.step)
    }
    context.reporter(
      .stageStarted(StageStart(stage, steps: schedule.iterations, resumedAfter: checkpoint.step)))
    let batches = loader(
      checkpoint.step * schedule.accumulate..<max(checkpoint.step, schedule.iterations) * schedule.accumulate)
    if !checkpoint.isJudged { try keep(&checkpoint, validate) }
    while checkpoint.step < schedule.iterations, !schedule.isExhausted(checkpoint.stale) {
      try makeStep(checkpoint.step, batches, losses)
      checkpoint.step += 1
      try keep(&checkpoint, validate)
    }
    return checkpoint.best
  }

  /// Stores the weights before the first step as the best so far, unless there are some already.
  ///
  /// - Throws: `WeightFileError.cannotWrite`, `RunError.cannotWrite`.
  public func keepStart() throws {
    try context.folder("")
    guard !FileManager.default.fileExists(atPath: bestPath) else { return }
    try SafetensorsWriter.write(store.stateEntries(), metadata: metadata(["step": "0"]), to: bestPath)
  }

  /// Saves, validates and stops after a step, where it is time to.
  private func keep(_ checkpoint: inout Checkpoint, _ validate: () throws -> Double?) throws {
    let step = checkpoint.step
    var isLast = step == schedule.iterations
    let isInterrupted = InterruptFlag.isRaised
    if isLast || (schedule.validateEvery > 0 && step.isMultiple(of: schedule.validateEvery)) {
      checkpoint.isJudged = false
      try save(checkpoint)
      try judge(&checkpoint, validate)
    }
    if !isLast, schedule.isExhausted(checkpoint.stale) {
      isLast = true
      context.reporter(.note(Self.stopped(at: step, after: checkpoint.stale)))
    }
    if isLast || isInterrupted || step.isMultiple(of: schedule.checkpointEvery) {
      try save(checkpoint)
    }
    if isInterrupted, !isLast {
      throw context.interruption(step: step)
    }
  }

  private static func stopped(at step: Int, after count: Int) -> String {
    let validations = count == 1 ? "the last validation" : "\(count) validations"
    return "stops after step \(step): held-out images have not been told better in \(validations)"
  }

  private func save(_ checkpoint: Checkpoint) throws {
    var checkpoint = checkpoint
    checkpoint.memory = try memory.map { String(decoding: try $0.encoded, as: UTF8.self) }
    try checkpoint.save(store, optimizer, also: metadata(), to: lastPath)
    context.outputs.note(lastPath)
  }

  private func restoreMemory(_ checkpoint: Checkpoint) throws(RunError) {
    guard let memory, checkpoint.step > 0 else { return }
    do {
      try memory.restore(Data((checkpoint.memory ?? "").utf8))
    } catch {
      throw .checkpointOfAnotherModel(path: lastPath, reason: "it does not hold what the stage had learnt")
    }
  }

  private func judge(_ checkpoint: inout Checkpoint, _ validate: () throws -> Double?) throws {
    let figure: Double?
    do {
      figure = try validate()
    } catch RunError.interrupted {
      throw context.interruption(step: checkpoint.step)
    }
    checkpoint.isJudged = true
    if let figure {
      checkpoint.stale = figure > checkpoint.peak ?? -.infinity ? 0 : checkpoint.stale + 1
      checkpoint.peak = max(figure, checkpoint.peak ?? -.infinity)
    }
    guard keepsNewest || figure.map({ $0 >= checkpoint.best ?? -.infinity }) ?? true else { return }
    checkpoint.best = figure
    var figures = ["step": "\(checkpoint.step)"]
    if let figure { figures["figure"] = "\(figure)" }
    try SafetensorsWriter.write(store.stateEntries(), metadata: metadata(figures), to: bestPath)
    context.outputs.note(bestPath)
  }

  /// What the weights of a stage say of themselves, besides `figures`.
  private func metadata(_ figures: [String: String] = [:]) -> [String: String] {
    let own = context.job.model.normalization.metadata
      .merging(["classes": ClassMetadata.text(context.dataset.classNames)]) { $1 }
    return figures.merging(own) { $1 }
  }

  private func makeStep<Batch: TrainingBatch>(
    _ step: Int, _ batches: Prefetcher<Batch>, _ losses: (Batch, Pass) -> [LossTerm]
  ) throws {
    let start = ContinuousClock.now
    let waited = batches.waited
    var (terms, images): ([Step.Term], [String]) = ([], [])
    var accumulator = GradientAccumulator()
    for part in 0..<schedule.accumulate {
      guard let batch = try times.measure("data", { try batches.next() }) else { break }
      let values = losses(batch, .training(seed: seed, step: step * schedule.accumulate + part))
      terms += try finite(values, step, batch)
      images += batch.ids
      let total = values.dropFirst().reduce(values[0].contribution) { $0 + $1.contribution }
      times.measure("backward") {
        accumulator.add(ParameterGradients(total.gradients(), of: optimizer.parameters))
      }
    }
    let scale = schedule.multiplier(at: step)
    if let gradients = accumulator.take() {
      try times.measure("update") { try update(along: gradients, scale, step, images) }
    }
    times.finishStep()
    context.reporter(
      .step(
        Step(
          stage, step + 1, losses: terms, learningRate: learningRate * scale,
          seconds: start.duration(to: .now) / .seconds(1),
          dataSeconds: (batches.waited - waited) / .seconds(1))))
  }

  /// Moves the weights; a gradient or a weight that is not a number stops the training.
  private func update(
    along gradients: ParameterGradients, _ scale: Float, _ step: Int, _ images: [String]
  ) throws(RunError) {
    var gradients = gradients
    let norm = clipNorm > 0 ? gradients.clip(toNorm: clipNorm) : gradients.norm
    if !norm.isFinite, let name = gradients.notFinite {
      throw .notFinite(term: "the gradient of \(name)", step: step + 1, images: images)
    }
    optimizer.step(gradients, learningRateScale: scale)
    if let name = store.notFinite {
      throw .notFinite(term: "the new \(name)", step: step + 1, images: images)
    }
  }

  /// The values of the loss terms; a term that is not a number stops the training.
  private func finite(
    _ values: [LossTerm], _ step: Int, _ batch: some TrainingBatch
  ) throws(RunError) -> [Step.Term] {
    var terms: [Step.Term] = []
    for term in values {
      let value = term.value.scalar
      guard value.isFinite else { throw .notFinite(term: term.name, step: step + 1, images: batch.ids) }
      terms.append(Step.Term(term.name, value))
    }
    return terms
  }
}

/// One named part of a loss: a scalar, and the factor with which it counts.
public struct LossTerm {
  /// What the log calls it.
  public let name: String
  /// The scalar before the factor, which is what the log shows.
  public let value: Tensor
  /// The factor with which it counts.
  public let factor: Float

  /// The term `factor` · `value`.
  public init(_ name: String, _ value: Tensor, factor: Float = 1) {
    self.name = name
    self.value = value
    self.factor = factor
  }

  /// What the part adds to the loss.
  var contribution: Tensor { factor == 1 ? value : value * factor }
}
