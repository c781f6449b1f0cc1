import Autograd
import Testing

@Suite struct FinitenessTests {
  @Test(arguments: [1, 15, 16, 17, 700_000], [Float.nan, .infinity, -.infinity])
  func oneValueIsFoundWhereverItStands(count: Int, value: Float) {
    var values = [Float](repeating: -Float.greatestFiniteMagnitude, count: count)
    #expect(Tensor(values, shape: [count]).isFinite)
    for place in Set([0, count / 2, count - 1]) {
      values[place] = value
      #expect(!Tensor(values, shape: [count]).isFinite)
      values[place] = 1
    }
  }

  @Test func nothingIsFinite() { #expect(Tensor.zeros([0, 3]).isFinite) }
}
