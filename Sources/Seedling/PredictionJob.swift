import Autograd
import Configuration
import Imaging
import Reporting
import Training

/// Masks and overlays for new images of any size, from the segmenter of a run.
public struct PredictionJob {
  /// Above so many pixels, the memory of a prediction is given back before the overlay is made.
  private static let large = 1 << 22

  private let directory: RunDirectory
  private let images: [String]
  private let output: String
  private let isMultiScale: Bool
  private let reporter = Reporter([Console.standard(onError: true)])

  /// A job for image files and folders of images.
  public init(run: String, images: [String], output: String, isMultiScale: Bool) {
    directory = RunDirectory(path: run)
    self.images = images
    self.output = output
    self.isMultiScale = isMultiScale
  }

  /// Writes `<name>.png`, a palette mask, and `overlays/<name>.png` for every image, so that `evaluate` reads
  /// the folder as it is.
  ///
  /// An image that cannot be predicted is named on the standard error, and the others are predicted.
  ///
  /// - Throws: `RunError` if the run has no segmenter, the output folder cannot be used, or not every image
  ///   was predicted; `ImageError.cannotWrite`.
  public func run() throws {
    let finished = try FinishedRun(directory)
    let predictor = try finished.predictor()
    let inputs = try PredictionInputs(images)
    let folder = try PredictionFolder(output, for: inputs, run: directory.path)
    for warning in finished.warnings + inputs.remarks { reporter(.warning(warning)) }
    for problem in inputs.problems { reporter(.warning(problem)) }
    var failures = inputs.problems.count
    for picture in inputs.pictures {
      do {
        try predict(picture, predictor, finished.configuration.evaluate, into: folder)
      } catch let error as ImageError {
        if case .cannotWrite = error { throw error }
        reporter(.warning("\(error)"))
        failures += 1
      } catch let error as RunError {
        reporter(.warning("\(error)"))
        failures += 1
      }
    }
    if failures > 0 {
      throw RunError.notPredicted(count: failures, of: inputs.pictures.count + inputs.problems.count)
    }
  }

  private func predict(
    _ picture: PredictionInputs.Picture, _ predictor: Predictor, _ options: EvaluateOptions,
    into folder: PredictionFolder
  ) throws {
    let image = try Image(contentsOf: picture.path)
    let labels =
      isMultiScale
      ? try predictor.labels(image, named: picture.path, scales: options.scales, flip: options.flip)
      : try predictor.labels(image, named: picture.path)
    if image.width * image.height > Self.large { MemoryUsage.releaseIdle() }
    try labels.writePNG(to: folder.mask(picture.name))
    try Overlay(image: image, labels: labels).writePNG(to: folder.overlay(picture.name))
  }
}
