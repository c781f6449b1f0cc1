import Autograd
import Metrics
import Testing

@Suite struct ConfidenceChangeTests {
  @Test func dropIsRelativeAndIncreaseIsCounted() {
    var change = ConfidenceChange()
    #expect(change.averageDrop == nil && change.increase == nil)
    change.add(whole: 0.8, explained: 0.6)
    change.add(whole: 0.5, explained: 0.7)
    #expect(abs((change.averageDrop ?? 0) - 0.125) < 1e-6 && change.increase == 0.5)
    change.add(whole: .nan, explained: 0.7)
    change.add(whole: 0.5, explained: nil)
    #expect(abs((change.averageDrop ?? 0) - 0.125) < 1e-6 && change.skipped == 2)
    change.add(whole: 0, explained: 0)
    #expect(change.drops[4] == 0)
  }

  @Test func smallerDropsWin() {
    var (one, two) = (ConfidenceChange(), ConfidenceChange())
    for (a, b) in [(0.6, 0.5), (0.2, 0.3), (0.9, 0.9), (0.1, nil)] {
      one.add(whole: 0.9, explained: a)
      two.add(whole: 0.9, explained: b)
    }
    #expect(one.wins(over: two) == 1.0 / 3 && two.wins(over: one) == 1.0 / 3)
    #expect(ConfidenceChange().wins(over: ConfidenceChange()) == nil)
  }

  @Test func imagesAreMultipliedByTheirMaps() {
    let image = Tensor([1, 2, 3, 4, 5, 6], shape: [1, 2, 3])
    let explained = ConfidenceChange.explained(image, by: Tensor([4, 2], shape: [1, 2]))
    #expect(explained?.scalars == [1, 2, 3, 0, 0, 0])
    #expect(ConfidenceChange.explained(image, by: .ones([1, 2])) == nil)
  }
}
