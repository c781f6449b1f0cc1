import Autograd
import Testing

/// Convolutions that the Winograd algorithm does, and their gradients, against loops over whole numbers.
///
/// The kernel's transform divides by 24 along each axis, so weights (and the slopes for the gradient of the
/// kernel) are multiples of 24² = 576. Then everything but a few rounded sixths and twenty-fourths is a whole
/// number, all results are multiples of 576, and rounded to the nearest one they are exact.
@Suite struct WinogradTests {
  typealias Geometry = ConvolutionKernelTests.Geometry

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

  /// The transforms' weights, up to 5 and 8 along an axis, amplify what the products are off by.
  @Test func errorsStayAFewTimesThoseOfTheDirectSum() {
    var random = Philox(seed: 5, name: "winograd")
    func sample(_ shape: Shape) -> Tensor {
      Tensor((0..<shape.reduce(1, *)).map { _ in random.uniform(in: -1...1) }, shape: shape)
    }
    let (x, weight) = (sample([4, 16, 16, 64]), sample([3, 3, 64, 64]))
    let output = x.conv2D(weight, padding: 1).scalars
    let padded = x.padded([(0, 0), (1, 1), (1, 1), (0, 0)]).scalars
    let weights = weight.scalars
    var (error, size) = (0.0, 0.0)
    // A seventh of the values, over all channels and positions, is enough for a mean.
    for index in stride(from: 0, to: output.count, by: 7) {
      let (pixel, channel) = index.quotientAndRemainder(dividingBy: 64)
      let (line, column) = pixel.quotientAndRemainder(dividingBy: 16)
      let (image, row) = line.quotientAndRemainder(dividingBy: 16)
      var exact = 0.0
      for tap in 0..<9 {
        let source = ((image * 18 + row + tap / 3) * 18 + column + tap % 3) * 64
        for input in 0..<64 {
          exact += Double(padded[source + input]) * Double(weights[(tap * 64 + input) * 64 + channel])
        }
      }
      error += (Double(output[index]) - exact) * (Double(output[index]) - exact)
      size += exact * exact
    }
    // The direct sum of these 576 products is off by 4e-7, the transforms make that four to five times.
    #expect((error / size).squareRoot() <= 4e-6)
  }

  private func rounded(_ tensor: Tensor) -> [Float] {
    tensor.scalars.map { ($0 / 576).rounded() * 576 }
  }
}
