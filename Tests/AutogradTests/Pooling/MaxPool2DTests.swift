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

  @Test(arguments: 0..<9) func notANumberWins(place: Int) {
    var values: [Float] = [1, 4, 3, 2, 9, 8, 7, 6, 5]
    values[place] = .nan
    let y = Tensor(values, shape: [1, 3, 3, 1]).maxPool2D(window: 3, stride: 3)
    #expect(y.scalar.isNaN)
  }

  /// More values than a byte tells apart: 17 rows of 17.
  @Test func wideWindowsMatchTheMaximumOfTheirParts() throws {
    let x = Sample.tensor("x", [2, 25, 21, 3]).tracked()
    let y = x.maxPool2D(window: 17, stride: 4, padding: 2)
    #expect(y.shape == [2, 4, 3, 3])
    let g = Sample.tensor("g", y.shape)
    let gradient = try #require(y.gradients(from: g)[x])
    var expected = Tensor.zeros(x.shape)
    for row in 0..<4 {
      for column in 0..<3 {
        let (top, left) = (4 * row - 2, 4 * column - 2)
        let part = x.slice(axis: 1, max(0, top)..<min(25, top + 17))
          .slice(axis: 2, max(0, left)..<min(21, left + 17)).globalMaxPool()
        let own = y.slice(axis: 1, row..<row + 1).slice(axis: 2, column..<column + 1)
        #expect(part.scalars == own.scalars)
        let share = g.slice(axis: 1, row..<row + 1).slice(axis: 2, column..<column + 1)
        expected = expected + (try #require(part.gradients(from: share.reshaped(to: [2, 3]))[x]))
      }
    }
    expectClose(gradient, expected, tolerance: tolerance(terms: 12))
  }
}
