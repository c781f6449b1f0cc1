import Autograd
import TestSupport
import Testing

@Suite struct FlipTests {
  @Test func matchesPyTorch() throws {
    try Golden("flip").expectTable(inputs: ["x"], terms: 0) { inputs, options in
      inputs[0].flipped(axis: options[0])
    }
  }

  @Test(arguments: 0..<3) func gradient(axis: Int) {
    expectGradientsMatch("flip", [[3, 4, 5]]) { $0[0].flipped(axis: axis).squared() }
  }

  @Test(arguments: 0..<3) func isItsOwnInverse(axis: Int) {
    let x = Sample.tensor("x", [3, 4, 19])
    #expect(x.flipped(axis: axis).flipped(axis: axis).scalars == x.scalars)
    #expect(x.flipped(axis: axis).scalars != x.scalars)
  }

  /// Pieces of a large tensor begin and end within rows, and rows may be as short as a pixel.
  @Test(arguments: 0..<4, [3, 40]) func mirrorsEveryValueOfALargeOne(axis: Int, channels: Int) {
    let extents = [3, 67, 211, channels]
    let x = Tensor((0..<extents.reduce(1, *)).map(Float.init), shape: Shape(extents))
    let strides = x.shape.strides
    let isMirrored = x.flipped(axis: axis).scalars.enumerated().allSatisfy { index, value in
      let position = index / strides[axis] % extents[axis]
      return Int(value) == index + (extents[axis] - 1 - 2 * position) * strides[axis]
    }
    #expect(isMirrored)
  }
}
