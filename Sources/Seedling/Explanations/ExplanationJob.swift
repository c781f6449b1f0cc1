import Autograd
import Configuration
import Datasets
import Files
import Imaging
import Metrics
import NeuralNetwork
import Reporting
import Training
import WeakSupervision

/// Maps of what a trained classifier sees in pictures of any size, by several methods: pictures, raw values,
/// and how good they are.
public struct ExplanationJob {
  private let request: ExplanationRequest
  private let network: ExplainedNetwork
  private let methods: ExplainerList
  private let classes: ClassRequest
  private let reporter = Reporter([Console.standard(onError: true)])

  /// A job for a request.
  ///
  /// - Throws: `ExplanationError`, `ConfigurationError`, and what opening the network throws.
  public init(_ request: ExplanationRequest) throws {
    guard request.output != nil || request.raw != nil || request.isJudged else {
      throw ExplanationError.nothingAsked
    }
    self.request = request
    network = try ExplainedNetwork(request.network, telling: reporter)
    methods = try ExplainerList(
      parsing: request.methods, stage: request.stage, options: request.options, for: network.classifier,
      on: network.backbone)
    classes = try ClassRequest(parsing: request.classes, names: network.classNames)
  }

  /// Writes what is asked for; what is judged comes back as a table, or as one line of JSON.
  ///
  /// A picture that cannot be explained is named on the standard error, and the others are explained.
  ///
  /// - Throws: `RunError` if an output folder cannot be used or not every picture was explained,
  ///   `DatasetError`,
  ///   `ImageError.cannotWrite`, `WeightFileError.cannotWrite`.
  public func run() throws -> String {
    InterruptFlag.install()
    let inputs = try PictureInputs(request.images, to: .explain)
    let truth = try knownTruth()
    let writer = try ExplanationWriter(request, inputs, network, methods)
    try writer.begin()
    for warning in network.warnings + inputs.remarks + inputs.problems { reporter(.warning(warning)) }
    var failures = inputs.problems.count
    var judge = MapJudge(methods, of: network)
    var results: [JSON] = []
    reporter(.stageStarted(StageStart("explain", steps: inputs.pictures.count, unit: "image")))
    for (index, picture) in inputs.pictures.enumerated() {
      if InterruptFlag.isRaised { throw RunError.stopped(work: .explain) }
      let start = ContinuousClock.now
      do {
        results.append(try explain(picture, truth, writer, &judge))
      } catch let error where Self.isOfPicture(error) {
        reporter(.warning("\(error)"))
        failures += 1
      }
      let seconds = start.duration(to: .now) / .seconds(1)
      reporter(.step(Step("explain", index + 1, seconds: seconds)))
    }
    let text = try end(judge, results, writer)
    if failures > 0 {
      let all = inputs.pictures.count + inputs.problems.count
      throw UnfinishedExplanation(figures: text, count: failures, all: all)
    }
    return text
  }

  /// What is known of the pictures, where it is asked for; nothing where a run's data have gone and nobody
  /// needs them.
  private func knownTruth() throws -> KnownTruth {
    let isNeeded = classes == .labels || request.isJudged
    let data = isNeeded && request.masks == nil ? network.data?.component : nil
    let names = network.classNames
    if let path = request.boxes {
      guard request.masks == nil else { throw ExplanationError.masksAndBoxes }
      let table = try BoxTable(contentsOf: path, classNames: names)
      return try KnownTruth(masks: nil, boxes: table, data: nil, classNames: names)
    }
    do {
      return try KnownTruth(masks: request.masks, data: data, classNames: names)
    } catch {
      guard classes != .labels else { throw error }
      reporter(.warning("\(error); maps are judged without masks"))
      return try KnownTruth(masks: nil, data: nil, classNames: names)
    }
  }

  /// Explains one picture, writes and judges its maps.
  private func explain(
    _ picture: PictureInputs.Picture, _ truth: KnownTruth, _ writer: ExplanationWriter,
    _ judge: inout MapJudge
  ) throws -> JSON {
    let image = try Image(contentsOf: picture.path)
    let input = network.input(image, size: request.size)
    let probabilities = network.probabilities(input)
    guard probabilities.isFinite else { throw RunError.scoresNotFinite(image: picture.path) }
    let places = request.isJudged ? try truth.places(of: picture, image) : nil
    let chosen = try classes.indices(scores: probabilities.scalars) { try truth.labels(of: picture, image) }
    let maps = PictureMaps(
      image, named: picture.name, input, probabilities: probabilities.scalars, classes: chosen,
      by: methods, of: network)
    try writer.write(maps, named: picture.name)
    if request.isJudged { judge.add(maps, named: picture.name, places) }
    return writer.record(of: maps, named: picture.name)
  }

  /// Writes the figures and gives them back as text; empty where nothing is judged.
  private func end(_ judge: MapJudge, _ results: [JSON], _ writer: ExplanationWriter) throws -> String {
    let table = YardstickTable(methods.labels, judge)
    try writer.end(results, request.isJudged ? table : nil)
    guard request.isJudged else { return "" }
    if judge.places == 0 {
      reporter(
        .note("no picture has a mask, so nothing is said of where maps lie; name a folder with --masks"))
    }
    return request.isJSON ? table.json.compact : table.lines.joined(separator: "\n")
  }

  /// Whether an error is about one picture, so that the others can be explained.
  private static func isOfPicture(_ error: any Error) -> Bool {
    switch error {
    case ImageError.cannotWrite: false
    case is ImageError, is ExplanationError, is ScoreError, is DatasetError, RunError.scoresNotFinite: true
    default: false
    }
  }
}

/// What is left to say where not every picture was explained: the figures of the others, then the error.
public struct UnfinishedExplanation: Error, CustomStringConvertible {
  /// The figures of the pictures that were explained; empty where nothing is judged.
  public let figures: String
  /// The number of pictures that were not.
  let count: Int
  /// The number of all.
  let all: Int

  public var description: String { "\(RunError.notPredicted(count: count, of: all, work: .explain))" }
}
