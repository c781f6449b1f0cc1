import Autograd
import TestSupport
import Testing

@Suite struct ArgmaxTests {
  @Test func matchesPyTorch() throws {
    let golden = try Golden("argmax")
    let x = try golden["x"]
    for axis in 0..<3 {
      try expectClose(x.argmax(axis: axis), golden["\(axis)"], tolerance: 0, "axis \(axis)")
    }
  }

  @Test func pointsAtTheMaximum() {
    let x = Sample.tensor("x", [6, 19])
    let (indices, maxima) = (x.argmax(axis: -1).scalars, x.maximum(axes: [1]).scalars)
    for row in 0..<6 { #expect(x.scalars[row * 19 + Int(indices[row])] == maxima[row]) }
  }

  @Test func theFirstOfEqualValuesWins() {
    #expect(Tensor([2, 5, 5, 1], shape: [4]).argmax(axis: 0).scalar == 1)
    #expect(Tensor([2, .nan, 5, .nan], shape: [4]).argmax(axis: 0).scalar == 1)
  }

  @Test func nothingIsRecorded() {
    #expect(!Tensor.ones([2]).tracked().argmax(axis: 0).isTracked)
  }
}
