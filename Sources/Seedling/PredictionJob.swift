import Autograd
import Configuration
import Files
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
    let inputs = try PictureInputs(images, to: .predict)
    let folder = try PictureOutputs(
      output, for: inputs, of: .predict, record: "predictions.json", folders: ["overlays"]
    ) { [Self.mask($0), Self.overlay($0)] }
    try folder.writeRecord(JSON.Member("run", .text(directory.path)))
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
    _ picture: PictureInputs.Picture, _ predictor: Predictor, _ options: EvaluateOptions,
    into folder: PictureOutputs
  ) throws {
    let image = try Image(contentsOf: picture.path)
    let labels =
      isMultiScale
      ? try predictor.labels(image, named: picture.path, scales: options.scales, flip: options.flip)
      : try predictor.labels(image, named: picture.path)
    if image.width * image.height > Self.large { MemoryUsage.releaseIdle() }
    try labels.writePNG(to: "\(folder.path)/\(Self.mask(picture.name))")
    try Overlay(image: image, labels: labels).writePNG(
      to: "\(folder.path)/\(Self.overlay(picture.name))")
  }

  /// The mask of a picture.
  private static func mask(_ name: String) -> String { "\(name).png" }

  /// The picture with its mask over it.
  private static func overlay(_ name: String) -> String { "overlays/\(name).png" }
}
