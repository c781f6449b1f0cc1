import Configuration
import Datasets
import Files
import Foundation
import Reporting
import Training

/// Scores the segmenter of a run once more, without changing the run.
public struct EvaluationJob {
  private let finished: FinishedRun
  private var directory: RunDirectory { finished.run.directory }
  private let configuration: RunConfiguration

  /// A job for a run folder; a configuration file takes the place of the run's own, for example to judge on
  /// other data or with other scales.
  ///
  /// - Throws: `RunError.notARun`, `RunError.noSegmenter`, `ConfigurationError`.
  public init(run: String, configuration file: String?, overrides: [String]) throws {
    finished = try FinishedRun(RunDirectory(path: run))
    var configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: file ?? finished.run.directory.file(RunDirectory.configFile),
      overrides: overrides)
    // The statistics of the input belong to the trained weights.
    configuration.model.mean = finished.configuration.model.mean
    configuration.model.deviation = finished.configuration.model.deviation
    self.configuration = configuration
  }

  /// The scores as a table, or as one line of JSON with all digits.
  ///
  /// - Throws: `DatasetError`, `RunError`, `WeightFileError`, `ScoreError`.
  public func run(json: Bool) throws -> String {
    InterruptFlag.install()
    let problems = Reporter([Console.standard(onError: true)])
    for warning in finished.warnings { problems(.warning(warning)) }
    let dataset = try dataset()
    let ending = try configuration.plan().ending
    guard let segmenter = ending.segmenter else {
      throw RunError.endsOtherwise(run: directory.path, goals: ending.goals)
    }
    let run = TrainedRun(configuration, directory, classNames: dataset.classNames)
    let network = try SegmentationNetwork.trained(run, segmenter)
    let context = RunContext(
      run, stage: "evaluate", dataset, reporter: Reporter(json ? [] : [Console.standard()]),
      resumeCommand: "the same command")
    let scores = try SegmentationScorer(Predictor(network, configuration.evaluate), context).scores()
    if scores.images == 0, let id = try dataset.identifiers(of: .val).first {
      throw DatasetError.noMasks(id: id)
    }
    try scores.requireJudged(dataset.name(of: .val))
    let trainedOn = try trainedImages(dataset)
    let classes = ["background"] + dataset.classNames
    guard json else {
      let note = trainedOn > 0 ? ", of which the run was trained on \(trainedOn)" : ""
      let title = "IoU on \(dataset.name(of: .val)) (\(scores.images) images\(note))"
      return scores.table(title: title, classes: classes).lines().joined(separator: "\n")
    }
    var line: JSON = .object([])
    for variant in SegmentationScorer.Variant.allCases {
      line[variant.rawValue] = .object(
        scores.figures(variant, classes: classes).map { JSON.Member($0.0, $0.1) })
    }
    line["split"] = .text(dataset.name(of: .val))
    line["images"] = JSON(scores.images)
    if trainedOn > 0 { line["trainedOn"] = JSON(trainedOn) }
    return line.compact
  }

  /// The data to judge on: where the run drew its held-out images, these and no others.
  private func dataset() throws -> any Dataset {
    let dataset = try configuration.data.component.open()
    let names = dataset.classNames
    if let change = DataManifest.listChange(finished.run.classNames, names) {
      throw RunError.otherClasses(path: directory.path, changes: change)
    }
    guard let data = finished.data, configuration.dataOptions == finished.configuration.dataOptions,
      configuration.data.component.drawnSplits.contains(.val)
    else { return dataset }
    let lists = [Split.val: data.identifiers(of: .val)]
    if let first = try KeptSplits.missing(from: dataset, lists).first {
      throw RunError.otherData(run: directory.path, stage: "evaluate", changes: "\"\(first)\" is gone")
    }
    return KeptSplits(dataset, lists: lists)
  }

  /// The number of images to judge on that the run was trained on, by their bytes.
  private func trainedImages(_ dataset: any Dataset) throws -> Int {
    guard let data = finished.data, try dataset.identifiers(of: .val) != data.identifiers(of: .val) else {
      return 0
    }
    let trained = Set(data.imageHashes(of: .train).map(\.hash))
    let judged = try DataManifest(of: dataset, weights: nil, in: DataUse(images: [.val]), known: [data])
    return judged.imageHashes(of: .val).count { trained.contains($0.hash) }
  }
}
