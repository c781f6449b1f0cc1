import Autograd
import TestSupport
import Testing

@Suite struct MaxPool2DTests {
  @Test func matchesPyTorch() throws {
    try Golden("maxPool2D").expectTable(inputs: ["x"], terms: 9) { inputs, options in
      inputs[0].maxPool2D(
        window: options[0], stride: options[1], padding: options[2], ceilMode: options[3] == 1)
    }
  }

  @Test func gradient() {
    expectGradientsMatch("maxPool2D", [[1, 6, 6, 2]], in: -20...20) {
      $0[0].maxPool2D(window: 3, stride: 2, padding: 1)
    }
  }

  /// The maximum of a shifted map is the shifted maximum.
  @Test func shiftsWithItsInput() {
    let x = Sample.tensor("x", [1, 7, 7, 3])
    let shifted = Tensor(x.scalars.map { $0 + 8 }, shape: x.shape)
    let expected = x.maxPool2D(window: 3, stride: 2, padding: 1)
    expectClose(
      shifted.maxPool2D(window: 3, stride: 2, padding: 1),
      Tensor(expected.scalars.map { $0 + 8 }, shape: expected.shape), tolerance: tolerance(terms: 1, scale: 8)
    )
  }

  @Test func keepsMinusInfinity() {
    let x = Tensor(repeating: -.infinity, shape: [1, 2, 2, 1]).tracked()
    let y = x.maxPool2D(window: 2, stride: 2)
    #expect(y.scalars == [-.infinity])
    #expect(y.gradients()[x]?.scalars == [1, 0, 0, 0])
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("x", [3, 15, 14, 19])]) {
      $0[0].maxPool2D(window: 3, stride: 2, padding: 1)
    }
  }

  @Test func refusesMuchPadding() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([1, 4, 4, 1]).maxPool2D(window: 2, stride: 2, padding: 2)
    }
  }
}
