import Configuration
import Files
import Foundation
import Imaging
import Training

/// Masks and overlays for new images of any size, from the segmenter of a run.
public struct PredictionJob {
  private let directory: RunDirectory
  private let images: [String]
  private let output: String
  private let isMultiScale: Bool

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
  /// - Throws: `RunError` if the run has no segmenter or nothing can be written, `ImageError` for a broken
  ///   image.
  public func run() throws {
    let finished = try FinishedRun(directory)
    let predictor = try finished.predictor()
    let section = finished.configuration.evaluate
    let files = try inputFiles()
    try RunDirectory(path: output).folder("overlays")
    for file in files {
      let image = try Image(contentsOf: file.path)
      let probabilities =
        isMultiScale
        ? predictor.probabilities(image, scales: section.scales, flip: section.flip)
        : predictor.probabilities(image)
      let labels = LabelMap(probabilities: probabilities)
      try labels.writePNG(to: "\(output)/\(file.name).png")
      try Overlay(image: image, labels: labels).writePNG(to: "\(output)/overlays/\(file.name).png")
    }
  }

  /// The images to work on, with the names of their outputs.
  private func inputFiles() throws(RunError) -> [(path: String, name: String)] {
    var paths: [String] = []
    for item in images {
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: item, isDirectory: &isFolder) else {
        throw .noImages(path: item, reason: "no such file or folder")
      }
      guard isFolder.boolValue else {
        paths.append(item)
        continue
      }
      let names = (try? FileManager.default.contentsOfDirectory(atPath: item)) ?? []
      let found = names.filter {
        TextList.pictureExtensions.contains(URL(fileURLWithPath: $0).pathExtension.lowercased())
      }
      guard !found.isEmpty else {
        throw .noImages(path: item, reason: "it holds no .jpg, .jpeg or .png file")
      }
      paths += found.sorted().map { "\(item)/\($0)" }
    }
    let named = paths.map {
      (path: $0, name: URL(fileURLWithPath: $0).deletingPathExtension().lastPathComponent)
    }
    for (name, group) in Dictionary(grouping: named, by: \.name).sorted(by: { $0.key < $1.key })
    where group.count > 1 {
      throw .sameOutput(name: name, first: group[0].path, second: group[1].path)
    }
    return named
  }
}
