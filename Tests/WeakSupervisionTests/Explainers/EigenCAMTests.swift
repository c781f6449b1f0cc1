import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct EigenCAMTests {
  /// A classifier whose map is its input, so that the worked example is the feature map.
  private func map(_ explainer: EigenCAM, _ activation: Tensor) -> Tensor {
    explainer.maps(activation, classes: [0], of: FixedMap(channels: activation.shape[3]))
  }

  @Test func matchesTheWorkedExample() {
    let projection = PrincipalProjection.of(HandFixture.activation)
    let expected = Tensor([-0.768330, 0.768330, -1.435638, 1.435638], shape: [1, 2, 2])
    expectClose(projection, expected, tolerance: 2e-6)
    let found = map(EigenCAM(), HandFixture.activation)
    expectClose(found, expected.relu().reshaped(to: [1, 2, 2, 1]), tolerance: 2e-6)
  }

  @Test func isTheSameForEveryClass() {
    let maps = EigenCAM().maps(SmallNetwork.images(2), classes: [0, 3], of: SmallNetwork.Explained())
    #expect(maps.gathered([0], axis: 3).scalars == maps.gathered([1], axis: 3).scalars)
  }

  /// However the channels are turned, the map goes along with their mean.
  @Test func theSignIsThatOfTheMean() {
    for index in 0..<8 {
      let activation = Sample.tensor("activation \(index)", [1, 4, 5, 6])
      let plain = PrincipalProjection.of(activation)
      let mean = activation.mean(axes: [3])
      let agreement = (plain * (mean - mean.mean())).sum().scalar
      #expect(agreement > 0)
    }
  }

  /// Without centring, a map of one channel is that channel.
  @Test func oneChannelIsItself() {
    let activation = Sample.tensor("one", [1, 3, 4, 1]).relu()
    var explainer = EigenCAM()
    explainer.centered = false
    expectClose(map(explainer, activation), activation, tolerance: tolerance(terms: 12, scale: 4))
  }
}
