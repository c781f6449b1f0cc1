import Autograd
import Configuration
import Datasets
import Foundation
import NeuralNetwork
import Reporting
import TestSupport
import Testing

@testable import Training

/// The loop with a network of two numbers.
@Suite struct TrainingLoopTests {
  @Test func whatWasTrainedIsSavedBeforeItIsJudged() throws {
    let (disturbed, plain) = (try Place(), try Place())
    disturbed.options.schedule.validateEvery = 2
    plain.options.schedule.validateEvery = 2
    #expect(throws: Fault()) { try disturbed.train { _ in throw Fault() } }
    let saved = try disturbed.metadata("last")
    #expect(saved["step"] == "2")
    #expect(saved["judged"] == "no")
    #expect(try disturbed.train { Double($0) } == 4)
    #expect(try plain.train { Double($0) } == 4)
    for name in ["last", "best"] { #expect(try disturbed.bytes(name) == plain.bytes(name), "\(name)") }
  }

  /// Steps 2, 4 and 6 are judged.
  @Test(
    arguments: [
      ([1, 2, 1], 4), ([1, 1, 1], 6), ([2, 2, 1], 4), ([nil, nil, nil], 6),
    ] as [([Double?], Int)])
  func theBestAreKeptAndOfEqualOnesTheNewest(figures: [Double?], step: Int) throws {
    let place = try Place()
    place.options.schedule.iterations = 6
    place.options.schedule.validateEvery = 2
    let best = try place.train { figures[$0 / 2 - 1] }
    #expect(best == figures.compactMap(\.self).max())
    #expect(try place.metadata("best")["step"] == "\(step)")
  }

  /// Steps are judged two by two; equal figures are none that rise.
  @Test(
    arguments: [
      (0, [3, 2, 2, 2], 8), (2, [3, 2, 2, 4], 6), (2, [1, 1, 2, 2], 8), (1, [1, 1, 2, 2], 4),
      (2, [nil, nil, nil, nil], 8),
    ] as [(Int, [Double?], Int)])
  func whatNoLongerTeachesEnds(patience: Int, figures: [Double?], last: Int) throws {
    let place = try Place()
    place.options.schedule.iterations = 8
    place.options.schedule.validateEvery = 2
    place.options.schedule.patience = patience
    for _ in 0..<2 {
      // The second time it goes on where it has ended, and stays there.
      let best = try place.train { figures[$0 / 2 - 1] }
      #expect(best == figures[..<(last / 2)].compactMap(\.self).max())
      #expect(try place.metadata("last")["step"] == "\(last)")
    }
  }

  /// What counts is the highest figure, also where the newest weights are kept.
  @Test func patienceLooksAtTheHighestFigure() throws {
    let place = try Place()
    place.options.schedule.iterations = 8
    place.options.schedule.validateEvery = 2
    place.options.schedule.patience = 2
    place.keepsNewest = true
    let figures: [Double] = [3, 1, 2, 3]
    _ = try place.train { figures[$0 / 2 - 1] }
    #expect(try place.metadata("last")["step"] == "6")
    #expect(try place.metadata("best")["step"] == "6")
  }

  @Test func patienceNeedsValidations() {
    var schedule = ScheduleOptions()
    schedule.patience = 3
    let problem = ConfigurationError.invalid(
      "patience", "is 3, but nothing is validated on the way; set validate_every")
    #expect(throws: problem) { try schedule.validate() }
  }

  /// A gradient that is infinite behind a loss that is not, weights that overflow, a loss that is no number.
  @Test(arguments: [
    (Spoiler.gradient, "the gradient of w"), (.weights, "the new w"), (.loss, "loss"),
  ])
  func aStepThatIsNotFiniteEndsTheStage(spoiler: Spoiler, term: String) throws {
    let place = try Place()
    place.spoiler = spoiler
    place.options.schedule.checkpointEvery = 1
    #expect(throws: RunError.notFinite(term: term, step: 3, images: ["image 2"])) {
      try place.train { _ in nil }
    }
    // The last good step stays, and nothing was judged.
    #expect(try place.metadata("last")["step"] == "2")
    #expect(!place.exists("best"))
  }

  @Test func weightsThatAreNotFiniteDoNotBegin() throws {
    let place = try Place()
    place.first = .nan
    #expect(throws: RunError.badStart(stage: "stage", parameter: "w", step: 0)) {
      try place.train { _ in nil }
    }
  }
}

/// What spoils the third step.
enum Spoiler { case none, gradient, weights, loss }

/// What goes wrong with a held-out image.
private struct Fault: Error, Equatable {}

/// A run folder and the options of its only stage.
private final class Place {
  private let folder: TemporaryFolder
  var options = LoopOptions()
  var spoiler = Spoiler.none
  var keepsNewest = false
  /// The first value of the weights.
  var first: Float = 0.5

  init() throws {
    folder = try TemporaryFolder()
    options.schedule.iterations = 4
    options.schedule.rule = .constant
  }

  /// Trains to the end; `figure` is asked for that of a step.
  func train(_ figure: (_ step: Int) throws -> Double?) throws -> Double? {
    let job = PlainJob()
    let dataset = try job.data.component.open()
    let run = TrainedRun(job, RunDirectory(path: folder.path), classNames: dataset.classNames)
    let context = RunContext(run, stage: "stage", dataset, reporter: Reporter([]), resumeCommand: "")
    let store = ParameterStore(seed: 0)
    let weights = store.root.parameter("w", [2], .constant(first))
    var step = 0
    if let last = try? metadata("last")["step"] { step = Int(last) ?? 0 }
    var loop = TrainingLoop(store, options, context)
    loop.keepsNewest = keepsNewest
    return try loop.run({ range in
      Prefetcher(range) { .success(LoopBatch(ids: ["image \($0)"], step: $0)) }
    }) { batch, pass in
      step = batch.step + 1
      return [LossTerm("loss", loss(weights(pass), batch.step == 2 ? spoiler : .none))]
    } validate: {
      try figure(step)
    }
  }

  private func loss(_ weights: Tensor, _ spoiler: Spoiler) -> Tensor {
    switch spoiler {
    case .none: (weights * weights).sum() * 1e-21
    case .gradient: (weights - weights).squareRoot().sum()
    // The gradient and its squares are finite, the step is not.
    case .weights: (weights * 1e19).sum()
    case .loss: (weights * .infinity - weights * .infinity).sum()
    }
  }

  func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }
  func metadata(_ name: String) throws -> [String: String] {
    try SafetensorsReader(path: path(name)).metadata
  }
  func bytes(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path(name))) }
  private func path(_ name: String) -> String { "\(folder.path)/stage/\(name).safetensors" }
}

private struct LoopBatch: TrainingBatch {
  let ids: [String]
  let step: Int
}

private struct LoopOptions: TrainingOptions {
  var augmentation = Augmentation()
  var schedule = ScheduleOptions()
  var optimizer: Choice<Catalog.Optimizers> = {
    var options = SGDOptions()
    options.learningRate = 1e20
    options.weightDecay = 0
    options.momentum = 0
    return Choice(options)
  }()
  var groups: [ParameterGroupOptions] = []
  var clipNorm: Float = 0
}
