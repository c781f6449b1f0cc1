import Autograd
import TestSupport
import Testing

/// Convolutions that the Winograd algorithm does, and their gradients, against loops over whole numbers.
///
/// The kernel's transform divides by 24 along each axis, so weights (and the slopes for the gradient of the
/// kernel) are multiples of 24² = 576. Then everything but a few rounded sixths and twenty-fourths is a whole
/// number, all results are multiples of 576, and rounded to the nearest one they are exact.
@Suite struct WinogradTests {
  typealias Geometry = ConvolutionTests.Geometry

  /// Maps that squares of four cover exactly and not, and one that goes through in several blocks.
  static let geometries = [
    Geometry(batch: 3, height: 16, width: 16, inputs: 32, outputs: 48),
    Geometry(batch: 4, height: 13, width: 15, inputs: 48, outputs: 32),
    Geometry(batch: 4, height: 14, width: 17, inputs: 32, outputs: 32, padding: 0),
    Geometry(batch: 4, height: 11, width: 12, inputs: 32, outputs: 32, padding: 2),
    Geometry(batch: 1, height: 150, width: 131, inputs: 32, outputs: 32),
  ]

  @Test(arguments: geometries) func resultsRoundToTheExactOnes(geometry: Geometry) {
    let x = wholeNumbers([geometry.batch, geometry.height, geometry.width, geometry.inputs], seed: 1)
      .tracked()
    let weight = (wholeNumbers([3, 3, geometry.inputs, geometry.outputs], seed: 2) * 576).tracked()
    let bias = (wholeNumbers([geometry.outputs], seed: 3) * 576).tracked()
    let g = wholeNumbers([geometry.batch, geometry.rows, geometry.columns, geometry.outputs], seed: 4)
    let output = x.conv2D(weight, bias: bias, padding: geometry.padding)
    let gradients = output.gradients(from: g, retainingGraph: true)
    let slopes = output.gradients(from: g * 576)
    let plain = PlainConvolution(geometry, x.scalars, weight.scalars, bias.scalars, g.scalars)
    #expect(rounded(output) == plain.output, "output")
    #expect(gradients[x].map(rounded) == plain.inputGradient, "input gradient")
    #expect(slopes[weight].map(rounded) == plain.weightGradient.map { $0 * 576 }, "weight gradient")
  }

  /// Three images of 13 × 13 pixels with 32 channels, padded: 48 squares, some of them cut off.
  ///
  /// The transforms' errors are about four times those of a direct sum, as below, so these are the tolerances
  /// of a sum of 16 times as many terms; the longest one, a weight's gradient, has 507.
  @Test func matchesPyTorch() throws {
    try Golden("conv2D_winograd").expectTable(inputs: ["x", "kernel"], terms: 16 * 507) { inputs, options in
      inputs[0].conv2D(inputs[1], padding: options[0])
    }
  }

  /// The transforms' weights, up to 5 and 8 along an axis, amplify what the products are off by: 1.8e-6 of
  /// the results' root mean square, where direct sums of these lengths are off by 4e-7 to 6e-7.
  @Test func errorsStayAFewTimesThoseOfTheDirectSum() throws {
    let geometry = Geometry(batch: 4, height: 16, width: 16, inputs: 64, outputs: 64)
    let x = sample("x", [4, 16, 16, 64]).tracked()
    let weight = sample("weight", [3, 3, 64, 64]).tracked()
    let g = sample("slopes", [4, 16, 16, 64])
    let output = x.conv2D(weight, padding: 1)
    let gradients = output.gradients(from: g)
    let exact = PlainConvolution(
      geometry, x.scalars.map(Double.init), weight.scalars.map(Double.init),
      [Double](repeating: 0, count: 64), g.scalars.map(Double.init))
    let results = [output, try #require(gradients[x]), try #require(gradients[weight])]
    for (result, exact) in zip(results, [exact.output, exact.inputGradient, exact.weightGradient]) {
      let error = zip(result.scalars, exact).reduce(0) { $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) }
      let size = exact.reduce(0) { $0 + $1 * $1 }
      #expect((error / size).squareRoot() <= 3e-6)
    }
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([
      Sample.tensor("map", [2, 40, 33, 32]), Sample.tensor("kernel", [3, 3, 32, 48]),
    ]) {
      $0[0].conv2D($0[1], padding: 1)
    }
  }

  private func sample(_ name: String, _ shape: Shape) -> Tensor {
    var random = Philox(seed: 5, name: name)
    return Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform(in: -1...1) }, shape: shape)
  }

  private func rounded(_ tensor: Tensor) -> [Float] {
    tensor.scalars.map { ($0 / 576).rounded() * 576 }
  }
}
