public import ArgumentParser
import Files
import Seedling

/// `predict`: masks and overlays for new images with the segmenter of a run.
public struct PredictCommand: ParsableCommand {
  public static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Writes masks and overlays for new images with the segmenter of a run.",
    version: Release.version)

  @Option(
    name: .customLong("run"), help: "The run folder, such as Checkpoints/synthetic/quickstart/1.",
    transform: NamedPath.checked)
  var folder: String

  @Option(
    parsing: .upToNextOption,
    help: "Image files, or folders of images; masks have the shape that viewers show, turned as EXIF says.",
    transform: NamedPath.checked)
  var images: [String]

  @Option(
    help: "The folder for <name>.png (palette mask) and overlays/<name>.png.", transform: NamedPath.checked)
  var output: String

  @Flag(help: "Average over the run's evaluation scales and mirror images.")
  var multiScale = false

  public init() {}

  public func run() throws {
    try PredictionJob(run: folder, images: images, output: output, isMultiScale: multiScale).run()
  }
}
