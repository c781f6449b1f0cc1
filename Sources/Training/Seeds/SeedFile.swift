import Autograd
import Foundation
import NeuralNetwork

/// The class maps of one image on disk: `maps` `[height, width, classes]` as F16 and the class indices.
struct SeedFile: Sendable {
  let classes: [Int]
  let maps: Tensor

  /// Writes the maps of the classes that the image holds, under a temporary name first.
  ///
  /// - Throws: `WeightFileError.cannotWrite`.
  func write(to path: String) throws(WeightFileError) {
    let list = classes.map(String.init).joined(separator: ",")
    try SafetensorsWriter.write(
      [.init("maps", maps, type: .float16)], metadata: ["classes": list], to: path)
  }

  /// Reads the maps of an image.
  ///
  /// - Throws: `WeightFileError` for a missing or damaged file.
  static func read(_ path: String) throws(WeightFileError) -> SeedFile {
    let reader = try SafetensorsReader(path: path)
    let maps = try reader.tensor("maps")
    let classes = (reader.metadata["classes"] ?? "").split(separator: ",").compactMap { Int($0) }
    guard maps.rank == 3, maps.shape[2] == classes.count else {
      throw .badHeader(path: path, reason: "\(classes.count) classes for maps of shape \(maps.shape)")
    }
    return SeedFile(classes: classes, maps: maps)
  }
}
