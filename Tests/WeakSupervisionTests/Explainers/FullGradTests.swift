import Autograd
import Configuration
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct FullGradTests {
  private func classifiers() -> [PooledClassifier] {
    let root = ParameterStore(seed: 7).root
    return [
      SmallNetwork.plain(ResNet18().build(in: root["resnet"])),
      SmallNetwork.plain(SqueezeNet().build(in: root["squeezenet"])),
    ]
  }

  /// Of a network of rectifiers, the shares of the images and of all biases add up to the score.
  @Test func sharesAddUpToTheScore() throws {
    for classifier in classifiers() {
      let images = SmallNetwork.images(2, height: 32, width: 64).tracked()
      let (logits, taps) = BiasTaps.collecting { classifier.logits(classifier.features(images)) }
      let gradients = logits.sum().gradients(from: Tensor(1), of: [images] + taps.map(\.output))
      var sum = try (#require(gradients[images]) * images.detached()).sum().scalar
      for tap in taps { sum += try (#require(gradients[tap.output]) * tap.bias).sum().scalar }
      #expect(taps.count > 15)
      expectClose(Tensor(sum), logits.detached().sum(), tolerance: tolerance(terms: 100_000))
    }
  }

  @Test func biasesCount() {
    let classifier = classifiers()[1]
    let images = SmallNetwork.images(1, height: 32, width: 64)
    let capture = Capture(images, classes: [1, 0], of: classifier, needs: [.images, .biases])
    #expect(capture.biasStrengths.count == 25)
    var expected = FullGrad.strength(images.gathered([0, 0], axis: 0) * capture.imageGradient)
    for strength in capture.biasStrengths {
      #expect(strength.shape[0] == 2 && strength.maximum().scalar > 0)
      expected = expected + strength.resized(height: 32, width: 64, .bilinear)
    }
    let found = FullGrad().maps(images, classes: [1, 0], of: classifier)
    #expect(found.shape == [1, 32, 64, 2])
    expectClose(found, expected.permuted([3, 1, 2, 0]), tolerance: tolerance(terms: 512, scale: 10))
  }

  @Test func strengthsAreSumsOfAbsoluteValuesBetweenTheirExtremes() {
    let values = Tensor([1, -3, 2, 5], shape: [1, 1, 2, 2])
    #expect(FullGrad.strength(values).scalars == [0.5, 1.25])
  }

  @Test func aTransformerIsRefused() throws {
    try FullGrad().validate(for: MobileNetV2())
    #expect(
      throws: ConfigurationError.invalid(
        "",
        "is full-grad, which is defined for networks of rectifiers only; use layer-cam for a transformer")
    ) { try FullGrad().validate(for: ViTTiny()) }
  }
}
