import Autograd
import Metrics
import Testing

@Suite struct MapValuesTests {
  @Test func meansKnowWhatTheyMiss() {
    var mean = ScoreMean()
    #expect(mean.value == nil)
    for value in [1, nil, 3, .nan, .infinity] { mean.add(value) }
    #expect(mean.value == 2 && mean.used == 2 && mean.skipped == 3)
  }

  @Test func rangesWithoutExtentHaveNone() {
    #expect(Tensor([2, 4, 3], shape: [1, 3]).unitRange()?.scalars == [0, 1, 0.5])
    #expect(Tensor([-3e38, 3e38, 0], shape: [1, 3]).unitRange()?.scalars == [0, 1, 0.5])
    #expect(Tensor.ones([2, 2]).unitRange() == nil)
    #expect(Tensor([.nan, 1], shape: [1, 2]).unitRange() == nil)
    #expect(Tensor([-.infinity, 1], shape: [1, 2]).unitRange() == nil)
  }
}
