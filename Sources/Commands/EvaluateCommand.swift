public import ArgumentParser
import Files
import Metrics
import Seedling

/// `evaluate`: scores masks against true ones, or a run on its held-out images.
public struct EvaluateCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract:
      "Scores a folder of predicted masks against a folder of true ones, or a run on its held-out images.",
    version: Release.version)

  @Option(
    help: "The folder of predicted masks: palette or grey PNG, 255 counts as background.",
    transform: NamedPath.checked)
  var predictions: String?

  @Option(help: "The folder of true masks of the same names; 255 is ignored.", transform: NamedPath.checked)
  var groundTruth: String?

  @Option(
    help: "The number of classes, background included, or a list of names such as a run's classes.txt.",
    transform: NamedPath.checked)
  var classes: String?

  @Option(help: "A file with the names to score, one per line, without .png.", transform: NamedPath.checked)
  var ids: String?

  @Option(
    name: .customLong("run"), help: "A run folder to score once more, instead of two folders.",
    transform: NamedPath.checked)
  var folder: String?

  @Option(help: "A configuration in place of the run's own.", transform: NamedPath.checked)
  var config: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue, help: "An option to change: key=value. Repeatable.")
  var overrides: [String] = []

  @Flag(help: "Print one line of JSON instead of a table.")
  var json = false

  public init() {}

  public func run() throws {
    if let folder {
      let text = try EvaluationJob(run: folder, configuration: config, overrides: overrides).run(json: json)
      StandardStream.output.write(text + "\n")
      return
    }
    guard let predictions, let groundTruth, let classes else {
      throw ValidationError("Name --predictions, --ground-truth and --classes, or --run.")
    }
    let score = try FolderScore.score(
      predictions: predictions, groundTruth: groundTruth, classes: ClassList(ofRunOrParsing: classes),
      ids: ids.map(FolderScore.ids))
    StandardStream.output.write((json ? score.json : "\(score)") + "\n")
  }
}
