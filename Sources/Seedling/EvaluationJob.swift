import Configuration
import Datasets
import Files
import Foundation
import Reporting
import Training

/// Scores the segmenter of a run once more, without changing the run.
public struct EvaluationJob {
  private let directory: RunDirectory
  private let configuration: RunConfiguration

  /// A job for a run folder; a configuration file takes the place of the run's own, for example to judge on
  /// other data or with other scales.
  ///
  /// - Throws: `RunError.notARun`, `RunError.noSegmenter`, `ConfigurationError`.
  public init(run: String, configuration file: String?, overrides: [String]) throws {
    directory = try FinishedRun(RunDirectory(path: run)).run.directory
    configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: file ?? directory.file("config.yaml"), overrides: overrides)
  }

  /// The scores as a table, or as one line of JSON with all digits.
  ///
  /// - Throws: `DatasetError`, `RunError`, `WeightFileError`, `ScoreError`.
  public func run(json: Bool) throws -> String {
    InterruptFlag.install()
    let dataset = try configuration.data.component.open()
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
    let classes = ["background"] + dataset.classNames
    guard json else {
      let title = "IoU on \(dataset.name(of: .val)) (\(scores.images) images)"
      return scores.table(title: title, classes: classes).lines().joined(separator: "\n")
    }
    var line: JSON = .object([])
    for variant in SegmentationScorer.Variant.allCases {
      line[variant.rawValue] = .object(
        scores.figures(variant, classes: classes).map { JSON.Member($0.0, $0.1) })
    }
    line["split"] = .text(dataset.name(of: .val))
    line["images"] = JSON(scores.images)
    return line.compact
  }
}
