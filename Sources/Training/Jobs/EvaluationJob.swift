import Configuration
import Datasets
import Files
import Foundation
import Reporting

/// Scores the segmenter of a run once more, without changing the run.
public struct EvaluationJob {
  private let directory: RunDirectory
  private let configuration: RunConfiguration

  /// A job for a run folder; a configuration file takes the place of the run's own, for example to judge on
  /// other data or with other scales.
  ///
  /// - Throws: `RunError.notARun`, `RunError.noSegmenter`, `ConfigurationError`.
  public init(run: String, configuration file: String?, overrides: [String]) throws {
    let finished = try FinishedRun(RunDirectory(path: run))
    directory = finished.directory
    configuration = try ConfigurationLoader.load(
      RunConfiguration.self, file: file ?? directory.file("config.yaml"), overrides: overrides)
  }

  /// The scores as a table, or as one line of JSON with all digits.
  ///
  /// - Throws: `DatasetError`, `RunError`, `WeightFileError`, `ScoreError`.
  public func run(json: Bool) throws -> String {
    InterruptFlag.install()
    let options: any DatasetOptions = configuration.data.resolved()
    let dataset = try options.open()
    let network = try SegmentationNetwork.trained(directory, configuration, classes: dataset.classCount)
    let reporter = Reporter(json ? [] : [Console.standard()])
    let context = try RunContext(
      configuration, directory, dataset, reporter: reporter, resumeCommand: "the same command")
    context.stage = .evaluate
    let scorer = SegmentationScorer(predictor: Predictor(network, configuration), context: context)
    let scores = try scorer.scores()
    if scores.images == 0, let id = try dataset.identifiers(of: .val).first {
      throw DatasetError.noMasks(id: id)
    }
    let classes = ["background"] + dataset.classNames
    guard json else {
      let title = "IoU on \(dataset.name(of: .val)) (\(scores.images) images)"
      return scores.table(title: title, classes: classes).lines().joined(separator: "\n")
    }
    var line: JSON = .object([])
    for variant in SegmentationScorer.Variant.allCases {
      var figures: JSON = .object([])
      for (key, value) in scores.figures(variant, classes: classes) { figures[key] = value }
      line[variant.rawValue] = figures
    }
    line["split"] = .text(dataset.name(of: .val))
    line["images"] = JSON(scores.images)
    return line.compact
  }
}
