public import Autograd
import Foundation
public import Imaging
public import NeuralNetwork

/// The class maps of one image and which classes they show.
public struct ClassMaps: Sendable {
  /// The classes, counted from 0 without the background.
  public let classes: [Int]
  /// `[height, width, classes]` in 0 … 1 at the image's size; channel i shows the class at `classes[i]`.
  public let maps: Tensor

  /// Maps `[height, width, classes]` of these classes.
  ///
  /// - Precondition: there is a channel for every class.
  public init(classes: [Int], maps: Tensor) {
    precondition(
      maps.rank == 3 && maps.shape[2] == classes.count,
      "class maps: \(classes.count) classes for maps of shape \(maps.shape)")
    self.classes = classes
    self.maps = maps
  }

  /// The maps of an image that holds no class.
  public static func none(height: Int, width: Int) -> ClassMaps {
    ClassMaps(classes: [], maps: .zeros([height, width, 0]))
  }

  /// The map of one class alone; none where there is no map of it.
  public func only(_ index: Int) -> ClassMaps {
    guard let channel = classes.firstIndex(of: index) else {
      return .none(height: maps.shape[0], width: maps.shape[1])
    }
    return ClassMaps(classes: [index], maps: maps.gathered([channel], axis: 2))
  }

  /// The largest value of any class at each pixel, `[height, width]`.
  public var strongest: Tensor {
    classes.isEmpty ? .zeros([maps.shape[0], maps.shape[1]]) : maps.maximum(axes: [2])
  }

  /// Probabilities `[height, width, 1 + classes]` that add up to 1 per pixel, the background first with the
  /// constant score `background`, 0 … 1: the value below which no class is believed.
  ///
  /// At a `temperature` of 0 they are the shares of the scores, so that a pixel of no map is background with
  /// certainty, while one of a full map shows its class with 1 / (1 + `background`) at most. Above 0 they are
  /// the softmax of the scores over `temperature`, sure of both alike.
  public func probabilities(background: Float, temperature: Float = 0) -> Tensor {
    let (height, width) = (maps.shape[0], maps.shape[1])
    if classes.isEmpty { return .ones([height, width, 1]) }
    let constant = Tensor(repeating: background, shape: [height, width, 1])
    let scores = Tensor.concatenated([constant, maps], axis: 2)
    if temperature > 0 { return (scores / temperature).softmax(axis: 2) }
    return scores / (scores.sum(axes: [2], keepingAxes: true) + 1e-6)
  }

  /// The most probable class of each pixel of `[height, width, 1 + classes]`; channel i + 1 is the class at
  /// `classes[i]`, whose id is its index + 1.
  public func labels(_ probabilities: Tensor) -> LabelMap {
    let ids = [UInt8(0)] + classes.map { UInt8($0 + 1) }
    let best = probabilities.argmax(axis: 2)
    return best.withSpan { best in
      LabelMap(
        width: probabilities.shape[1], height: probabilities.shape[0],
        ids: best.indices.map { ids[Int(best[$0])] })
    }
  }

  /// Writes the maps as F16 with the class indices, under a temporary name first.
  ///
  /// - Throws: `WeightFileError.cannotWrite`.
  public func write(to path: String) throws(WeightFileError) {
    let list = classes.map(String.init).joined(separator: ",")
    try SafetensorsWriter.write(
      [.init("maps", maps, type: .float16)], metadata: ["classes": list], to: path)
  }

  /// Reads the maps of an image.
  ///
  /// - Throws: `WeightFileError` for a missing or damaged file.
  public init(contentsOf path: String) throws(WeightFileError) {
    let reader = try SafetensorsReader(path: path)
    let maps = try reader.tensor("maps")
    let list = reader.metadata["classes"] ?? ""
    let classes = list.split(separator: ",", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard list.isEmpty || list == classes.map(String.init).joined(separator: ","),
      classes.allSatisfy(Self.indices.contains), zip(classes, classes.dropFirst()).allSatisfy(<)
    else { throw .badHeader(path: path, reason: "the classes \(list), which are no rising indices") }
    guard maps.rank == 3, maps.shape[2] == classes.count else {
      throw .badHeader(path: path, reason: "\(classes.count) classes for maps of shape \(maps.shape)")
    }
    // Maps of no class have no bytes, whatever their size is said to be.
    let (pixels, overflow) = maps.shape[0].multipliedReportingOverflow(by: maps.shape[1])
    guard !overflow, (1...Self.mostPixels).contains(pixels) else {
      throw .badHeader(path: path, reason: "maps of shape \(maps.shape)")
    }
    self.init(classes: classes, maps: maps)
  }

  /// The indices that a class can have, whose id in masks is the next number and less than 255.
  private static let indices = 0..<254
  /// As many as a picture may have.
  private static let mostPixels = 1 << 28
}
