import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct CaptureTests {
  /// Activation and gradient of each row as one whole pass over repeated images gives them.
  private func plain(
    _ images: Tensor, _ classes: [Int], _ classifier: any Classifier, _ stage: String
  ) throws -> (activation: Tensor, gradient: Tensor) {
    let rows = (0..<images.shape[0]).flatMap { [Int](repeating: $0, count: classes.count) }
    let features = classifier.features(images.gathered(rows, axis: 0).tracked())
    let logits = classifier.logits(features)
    let chosen = rows.indices.flatMap { row in
      (0..<logits.shape[1]).map { Float($0 == classes[row % classes.count] ? 1 : 0) }
    }
    let gradients = logits.gradients(from: Tensor(chosen, shape: logits.shape))
    return (features[stage].detached(), try #require(features.gradient(stage, in: gradients)))
  }

  private func classifiers() -> [any Classifier] {
    let root = ParameterStore(seed: 5).root
    return [
      SmallNetwork.Explained(power: 2), SmallNetwork.plain(ResNet18().build(in: root["resnet"])),
      SmallNetwork.plain(MobileNetV2().build(in: root["mobilenet"])),
      SmallNetwork.plain(SqueezeNet().build(in: root["squeezenet"])),
      SmallNetwork.plain(ViTTiny().build(in: root["vit"])),
    ]
  }

  @Test func rowsEqualThoseOfAWholePassOverRepeatedImages() throws {
    for classifier in classifiers() {
      let images = SmallNetwork.images(2, height: 32, width: 48)
      let stages = [classifier.lastStage, classifier.stages[classifier.stages.count - 2].name]
      for stage in stages {
        let capture = Capture(images, classes: [1, 0], of: classifier, at: stage)
        let (activation, gradient) = try plain(images, [1, 0], classifier, stage)
        expectClose(capture.activation, activation, tolerance: 0, stage)
        expectClose(capture.gradient, gradient, tolerance: 0, stage)
        #expect(!capture.activation.isTracked && !capture.gradient.isTracked)
      }
    }
  }

  @Test func theGradientOfTheImagesIsThatOfASum() throws {
    let network = SmallNetwork.Explained(power: 2)
    let images = SmallNetwork.images(2)
    let capture = Capture(images, classes: [3, 1], of: network, needs: [.images, .stage])
    let leaf = images.tracked()
    let logits = network.logits(network.features(leaf))
    for (position, index) in [3, 1].enumerated() {
      let gradients = logits.slice(axis: 1, index..<index + 1).sum().gradients(retainingGraph: true)
      expectClose(
        capture.imageGradient.gathered([position, position + 2], axis: 0), try #require(gradients[leaf]),
        tolerance: tolerance(terms: 54))
    }
    #expect(capture.scores.shape == [4])
    expectClose(
      capture.scores.reshaped(to: [2, 2]), logits.detached().gathered([3, 1], axis: 1),
      tolerance: tolerance(terms: 5))
  }

  @Test func whatTheTargetDoesNotDependOnHasZeros() {
    let capture = Capture(
      SmallNetwork.images(1), classes: [0], of: SmallNetwork.Explained(),
      target: Target("constant") { logits, _ in .zeros([logits.shape[0]]) })
    #expect(capture.gradient.shape == [1, 3, 5, 5])
    #expect(capture.gradient.scalars.allSatisfy { $0 == 0 })
  }

  @Test func aGradientThatWasNotAskedForIsNamed() async {
    await #expect(processExitsWith: .failure) {
      let capture = Capture(
        SmallNetwork.images(1), classes: [0], of: SmallNetwork.Explained(), needs: [])
      _ = capture.gradient
    }
  }
}
