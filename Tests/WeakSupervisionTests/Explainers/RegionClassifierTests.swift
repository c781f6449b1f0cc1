import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct RegionClassifierTests {
  private struct Sum: SegmentationHead {
    let weights: Tensor

    func callAsFunction(_ features: FeatureMaps, _ pass: Pass) -> Tensor { features.last.linear(weights) }
  }

  private func classifier(_ region: Tensor) -> RegionClassifier {
    let backbone = ResNet18().build(in: ParameterStore(seed: 3).root)
    return RegionClassifier(backbone, Sum(weights: Sample.tensor("weights", [3, 512])), region: region)
  }

  @Test func scoresAreSumsOverTheRegion() {
    let images = SmallNetwork.images(2, height: 64, width: 96)
    let region = Tensor([0, 1, 1, 0, 0, 0.5], shape: [2, 3])
    let classifier = classifier(region)
    let features = classifier.features(images)
    let scores = classifier.classMaps(features)
    let expected = (scores * region.reshaped(to: [1, 2, 3, 1])).sum(axes: [1, 2])
    expectClose(classifier.logits(features), expected, tolerance: tolerance(terms: 6, scale: 30))
  }

  /// A head that is applied position by position has no gradient outside the region.
  @Test func everyMapLiesInTheRegion() {
    let images = SmallNetwork.images(1, height: 64, width: 96)
    let region = Tensor([0, 1, 1, 0, 0, 0], shape: [2, 3])
    let capture = Capture(images, classes: [2], of: classifier(region))
    let strengths = capture.gradient.absoluteValue().sum(axes: [0, 3]).scalars
    #expect(strengths.map { $0 > 0 } == [false, true, true, false, false, false])
    let explainers: [any Explainer] = [GradCAM(), HiResCAM(), AblationCAM(), ScoreCAM()]
    for explainer in explainers {
      let maps = explainer.maps(images, classes: [2, 0], of: classifier(region))
      #expect(maps.shape == [1, 2, 3, 2] && maps.isFinite)
    }
    let sharp = HiResCAM().maps(images, classes: [0, 1, 2], of: classifier(region))
    #expect(sharp.slice(axis: 1, 1..<2).scalars.allSatisfy { $0 == 0 })
  }
}
