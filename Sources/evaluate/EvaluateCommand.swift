import ArgumentParser
import Metrics

/// Scores masks.
@main
struct EvaluateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "evaluate", abstract: "Scores a folder of predicted masks against a folder of true ones.")

  @Option(help: "The folder of predicted masks: palette or grey PNG, 255 counts as background.")
  var predictions: String

  @Option(help: "The folder of true masks of the same names; 255 is ignored.")
  var groundTruth: String

  @Option(help: "The number of classes, background included, or a file with one name per line.")
  var classes: String

  @Option(help: "A file with the names to score, one per line, without .png.")
  var ids: String?

  @Flag(help: "Print one line of JSON instead of a table.")
  var json = false

  mutating func run() throws {
    let score = try FolderScore.score(
      predictions: predictions, groundTruth: groundTruth, classes: ClassList(parsing: classes),
      ids: ids.map(readIdList))
    print(json ? score.json : "\(score)")
  }
}
