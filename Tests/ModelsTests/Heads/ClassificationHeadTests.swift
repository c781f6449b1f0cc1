import Autograd
import Models
import NeuralNetwork
import TestSupport
import Testing

@Suite struct ClassificationHeadTests {
  private let features = hashed("features", [2, 3, 4, 6]).tracked()

  @Test func averageLogitsAreTheMeanOfTheClassMaps() {
    let head = ClassificationHead(
      channels: 6, classes: 5, pooling: .average, in: ParameterStore(seed: 0).root)
    let maps = head.classMaps(features, .inference)
    #expect(maps.shape == [2, 3, 4, 5])
    expectClose(head.logits(features, .inference), maps.mean(axes: [1, 2]), tolerance: tolerance(terms: 72))
  }

  @Test func maximumPoolsTheFeaturesBeforeTheClassifier() {
    let store = ParameterStore(seed: 0)
    let head = ClassificationHead(channels: 6, classes: 5, pooling: .maximum, in: store.root)
    #expect(store.parameters.map(\.name) == ["weight"])
    let expected = features.maximum(axes: [1, 2]).linear(store.parameters[0].value)
    expectClose(head.logits(features, .inference), expected, tolerance: tolerance(terms: 6))
  }

  @Test func weightsStartAsWideAsThePoolingBears() {
    func weights(_ pooling: FeaturePooling) -> Tensor {
      let store = ParameterStore(seed: 0)
      _ = ClassificationHead(channels: 400, classes: 50, pooling: pooling, in: store.root)
      return store.parameters[0].value
    }
    // Within ±1/√400, with a variance of 1/(3·400); 20,000 values estimate it to a few percent.
    let uniform = weights(.average)
    #expect(uniform.absoluteValue().maximum().scalar <= 0.05)
    #expect(abs(uniform.variance().scalar * 1200 - 1) < 0.05)
    #expect(weights(.maximum).absoluteValue().maximum().scalar <= 0.04)
  }
}
