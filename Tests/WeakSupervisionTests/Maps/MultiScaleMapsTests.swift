import Autograd
import Imaging
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct MultiScaleMapsTests {
  private static let pixels: [UInt8] = (0..<1152).map { (index: Int) -> UInt8 in
    let value: Int = index * 37 + index / 72 * 11
    return UInt8(value % 256)
  }
  private let image = Image(width: 24, height: 16, pixels: MultiScaleMapsTests.pixels)

  private func seeds(_ scales: [Float], flip: Bool = true, merge: FlipMerge = .maximum) -> MultiScaleMaps {
    MultiScaleMaps(baseSize: 0, scales: scales, isFlipped: flip, merge: merge, normalization: .minmax)
  }

  /// Two classes whose maps are the red and the green channel on a grid of stride 4.
  private func colours(_ images: Tensor) -> Tensor {
    images.averagePool2D(window: 4, stride: 4).slice(axis: 3, 0..<2)
  }

  @Test func mapsHaveTheSizeOfTheImageAndSpanZeroToOne() {
    let maps = seeds([1, 0.5, 1.5]).gathered(image, inputMultiple: 4, .imageNet) {
      colours($0).slice(axis: 3, 1..<2)
    }
    #expect(maps.shape == [16, 24, 1])
    #expect(maps.scalars.min() == 0)
    #expect(abs((maps.scalars.max() ?? 0) - 1) < 1e-3)
  }

  @Test func inputsAreMultiplesInBatchesOfImageAndMirrorImage() {
    var shapes: [Shape] = []
    _ = seeds([1, 0.5]).gathered(image, inputMultiple: 8, .imageNet) { images in
      shapes.append(images.shape)
      expectClose(images.slice(axis: 0, 1..<2), images.slice(axis: 0, 0..<1).flipped(axis: 2), tolerance: 0)
      return colours(images)
    }
    #expect(shapes == [[2, 16, 24, 3], [2, 8, 16, 3]])
  }

  /// The network sees its own statistics, in the direct and in the mirrored view.
  @Test func imagesAreNormalisedAsTheNetworkExpects() {
    let own = Normalization(mean: [0.5, 0.25, 0], deviation: [0.5, 0.125, 1])
    _ = seeds([1]).gathered(image, inputMultiple: 8, own) { images in
      let direct = images.slice(axis: 0, 0..<1).reshaped(to: [16, 24, 3])
      expectClose(direct, image.tensor(own), tolerance: 0)
      return colours(images)
    }
  }

  @Test func aBaseSizeMakesInputsSquare() {
    var shape: Shape = []
    let seeds = MultiScaleMaps(
      baseSize: 32, scales: [1.5], isFlipped: false, merge: .sum, normalization: .max)
    _ = seeds.gathered(image, inputMultiple: 16, .imageNet) { images in
      shape = images.shape
      return colours(images)
    }
    #expect(shape == [1, 48, 48, 3])
  }

  /// A network that commutes with mirroring sees the same in both views.
  @Test func theMirrorImageIsMirroredBack() {
    let both = seeds([1]).gathered(image, inputMultiple: 4, .imageNet, colours)
    let one = seeds([1], flip: false).gathered(image, inputMultiple: 4, .imageNet, colours)
    expectClose(both, one, tolerance: tolerance(terms: 16))
  }

  @Test func anExplainerMakesTheMapsOfItsClassesOnly() {
    let classifier = SmallNetwork.Explained()
    var random = Philox(seed: 0)
    let byExplainer = seeds([1, 0.5])(
      image, classes: [3, 1], explainer: CAM(), of: classifier, random: &random)
    let byClosure = seeds([1, 0.5]).gathered(image, inputMultiple: classifier.inputMultiple, .imageNet) {
      classifier.classMaps(classifier.features($0)).gathered([3, 1], axis: 3)
    }
    #expect(byExplainer.classes == [3, 1])
    expectClose(byExplainer.maps, byClosure, tolerance: 0)
    let none = seeds([1])(image, classes: [], explainer: CAM(), of: classifier, random: &random)
    #expect(none.maps.shape == [16, 24, 0])
  }
}
