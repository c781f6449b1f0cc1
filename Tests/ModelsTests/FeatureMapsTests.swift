import Autograd
import Models
import TestSupport
import Testing

@Suite struct FeatureMapsTests {
  @Test func tokensBecomeAMapRowByRow() throws {
    // Two tokens of another kind come first; the six patches are numbered.
    let tokens = Tensor([9, 9, 0, 1, 2, 3, 4, 5], shape: [1, 8, 1]).tracked()
    var features = FeatureMaps()
    features.append("block0", tokens: tokens, height: 2, width: 3)
    #expect(features.last.shape == [1, 2, 3, 1])
    #expect(features["block0"].scalars == [0, 1, 2, 3, 4, 5])
    let gradients = features["block0"].squared().sum().gradients()
    #expect(try #require(features.gradient("block0", in: gradients)).scalars == [0, 2, 4, 6, 8, 10])
    #expect(try #require(gradients[features.source("block0")]).scalars == [0, 0, 0, 2, 4, 6, 8, 10])
  }

  @Test func anUnknownNameIsRefused() async {
    await #expect(processExitsWith: .failure) {
      var features = FeatureMaps()
      features.append("layer1", .zeros([1, 1, 1, 1]))
      _ = features["layer2"]
    }
  }
}
