import Autograd
import TestSupport
import Testing

@Suite struct PermuteTests {
  @Test func matchesPyTorch() throws {
    try Golden("permute").expectTable(inputs: ["x"], terms: 0) { inputs, options in
      inputs[0].permuted(options)
    }
  }

  @Test func gradient() {
    expectGradientsMatch("permute", [[2, 3, 4]]) { $0[0].permuted([2, 0, 1]).squared() }
  }

  @Test(
    arguments: [
      ([130, 67], [1, 0]), ([3, 66, 5, 65], [0, 3, 1, 2]), ([4, 20, 33, 7], [0, 2, 1, 3]),
      ([5, 6, 7], [2, 1, 0]),
      ([1, 16, 1, 16], [3, 2, 1, 0]), ([2, 0, 3], [2, 0, 1]),
    ] as [(Shape, [Int])])
  func everyValueArrives(shape: Shape, axes: [Int]) {
    let x = Tensor((0..<shape.elementCount).map { Float($0) }, shape: shape)
    let y = x.permuted(axes)
    let (strides, values) = (shape.strides, y.scalars)
    for index in values.indices {
      var (rest, expected) = (index, 0)
      for axis in axes.reversed() {
        expected += rest % shape[axis] * strides[axis]
        rest /= shape[axis]
      }
      if values[index] != Float(expected) {
        Issue.record("value \(index) is \(values[index]), expected \(expected)")
        return
      }
    }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [300, 300])]) { $0[0].permuted([1, 0]) }
  }

  @Test func repeatedAxesAreRefused() async {
    await #expect(processExitsWith: .failure) { _ = Tensor.ones([2, 3]).permuted([0, 0]) }
  }
}
