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
}
