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
    try SafetensorsWriter.write([.init("maps", maps.maps)], metadata: ["classes": "4"], to: path)
    #expect(throws: WeightFileError.self) { try ClassMaps(contentsOf: path) }
  }
}
