import Autograd
import Foundation
import Imaging
import NeuralNetwork
import TestSupport
import Testing
import WeakSupervision

@Suite struct ClassMapsTests {
  private let maps = ClassMaps(
    classes: [4, 11], maps: Tensor([0.1, 0.2, 0.9, 0.3, 0.5, 0.6], shape: [1, 3, 2]))

  @Test func probabilitiesAddUpToOneWithTheBackgroundFirst() {
    let scores = maps.probabilities(background: 0.4)
    #expect(scores.shape == [1, 3, 3])
    expectClose(scores.sum(axes: [2]), .ones([1, 3]), tolerance: 1e-5)
    #expect(abs(scores.scalars[0] - 0.4 / 0.7) < 1e-5)
  }

  @Test func aTemperatureMakesProbabilitiesASoftmax() {
    let scores = maps.probabilities(background: 0.4, temperature: 0.1)
    expectClose(scores.sum(axes: [2]), .ones([1, 3]), tolerance: 1e-5)
    // exp(4) : exp(1) : exp(2) at the first pixel.
    let whole = Float(54.59815 + 2.71828 + 7.38906)
    expectClose(
      scores.slice(axis: 1, 0..<1),
      Tensor([54.59815 / whole, 2.71828 / whole, 7.38906 / whole], shape: [1, 1, 3]),
      tolerance: 1e-5)
    #expect(maps.labels(scores).ids == maps.labels(maps.probabilities(background: 0.4)).ids)
  }

  @Test func labelsAreThoseOfTheThreshold() {
    let labels = maps.labels(maps.probabilities(background: 0.4))
    #expect(labels.ids == [0, 5, 12])
    #expect(labels.width == 3 && labels.height == 1)
  }

  @Test func confidenceIsTheLargestProbabilityInStepsOf255() {
    let refined = RefinedPixels(Tensor([0.2, 0.5, 0.3, 0.7, 0.1, 0.2], shape: [1, 2, 3]), of: maps)
    #expect(refined.confidence.ids == [128, 179])
    #expect(refined.labels.ids == [5, 0])
  }

  @Test func theStrongestClassIsSeenAtEachPixel() {
    #expect(maps.strongest.scalars == [0.2, 0.9, 0.6])
    #expect(ClassMaps.none(height: 2, width: 1).strongest.scalars == [0, 0])
    #expect(ClassMaps.none(height: 2, width: 1).probabilities(background: 0.3).scalars == [1, 1])
  }

  @Test func filesReadBackInHalfPrecision() throws {
    let path = try TemporaryFolder().path + "/a.safetensors"
    try FileManager.default.createDirectory(
      atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true)
    try maps.write(to: path)
    let read = try ClassMaps(contentsOf: path)
    #expect(read.classes == [4, 11])
    expectClose(read.maps, maps.maps, tolerance: 0x1p-11)
  }

  /// Each of these was a trap, or maps that were given to other classes without a word.
  @Test(arguments: [
    ("4", [1, 3, 2], "1 classes for maps of shape [1, 3, 2]"),
    ("4,300", [1, 3, 2], "the classes 4,300, which are no rising indices"),
    ("4,9223372036854775807", [1, 3, 2], "the classes 4,9223372036854775807, which are no rising indices"),
    ("11,4", [1, 3, 2], "the classes 11,4, which are no rising indices"),
    ("4,4", [1, 3, 2], "the classes 4,4, which are no rising indices"),
    ("-1,4", [1, 3, 2], "the classes -1,4, which are no rising indices"),
    ("4,x,11", [1, 3, 2], "the classes 4,x,11, which are no rising indices"),
    ("4,11,", [1, 3, 2], "the classes 4,11,, which are no rising indices"),
    ("", [2_147_483_647, 3, 0], "maps of shape [2147483647, 3, 0]"),
    ("", [0, 3, 0], "maps of shape [0, 3, 0]"),
    ("4", [6], "1 classes for maps of shape [6]"),
  ])
  func impossibleClassesAndSizesAreRefused(classes: String, extents: [Int], reason: String) throws {
    try withTemporaryFolder { folder in
      let path = folder + "/a.safetensors"
      try SafetensorsWriter.write(
        [.init("maps", .zeros(Shape(extents)))], metadata: ["classes": classes], to: path)
      #expect(throws: WeightFileError.badHeader(path: path, reason: reason)) {
        try ClassMaps(contentsOf: path)
      }
    }
  }
}
