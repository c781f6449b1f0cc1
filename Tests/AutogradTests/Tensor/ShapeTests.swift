import Autograd
import Testing

@Suite struct ShapeTests {
  @Test func stridesAreRowMajor() {
    #expect(Shape([2, 3, 4]).strides == [12, 4, 1])
    #expect(Shape([]).strides == [])
  }

  @Test func aScalarHoldsOneValue() {
    #expect(Shape([]).elementCount == 1)
    #expect(Shape([3, 0]).elementCount == 0)
  }

  @Test(
    arguments: [
      ([2, 3], [3], [2, 3]), ([2, 1], [1, 3], [2, 3]), ([], [4], [4]), ([0], [1], [0]), ([2], [3], nil),
    ] as [(Shape, Shape, Shape?)])
  func broadcastingStretchesExtentsOfOne(left: Shape, right: Shape, result: Shape?) {
    #expect(left.broadcast(with: right) == result)
    #expect(right.broadcast(with: left) == result)
  }

  @Test func axesCountFromBothEnds() {
    #expect(Shape([2, 3]).normalized(axis: -1) == 1)
    #expect(Shape([2, 3]).normalized(axis: 0) == 0)
  }

  @Test func axesOutsideAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Shape([2, 3]).normalized(axis: 2) }
    await #expect(processExitsWith: .failure) { _ = Shape([2, 3]).normalized(axis: -3) }
  }

  @Test func readsLikeAList() {
    #expect("\(Shape([2, 3]))" == "[2, 3]")
  }
}
