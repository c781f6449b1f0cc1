import Autograd
import TestSupport
import Testing

@testable import WeakSupervision

@Suite struct RandomMapTests {
  private let network = SmallNetwork.Explained()

  @Test func isNoiseOfItsOwnForEachClass() {
    let maps = RandomMap().maps(SmallNetwork.images(2), classes: [3, 1], of: network)
    #expect(maps.shape == [2, 3, 5, 2])
    #expect(maps.scalars.allSatisfy { 0 <= $0 && $0 < 1 } && Set(maps.scalars).count == 30)
    let alone = RandomMap().maps(SmallNetwork.images(1), classes: [1], of: network)
    #expect(maps.slice(axis: 0, 1..<2).slice(axis: 3, 1..<2).scalars == alone.scalars)
  }

  @Test func anotherStreamGivesAnotherMap() {
    var random = Philox(seed: 2, name: "other")
    let plain = RandomMap().maps(SmallNetwork.images(1), classes: [1], of: network)
    let other = RandomMap().maps(SmallNetwork.images(1), classes: [1], of: network, random: &random)
    #expect(plain.scalars != other.scalars)
  }
}
