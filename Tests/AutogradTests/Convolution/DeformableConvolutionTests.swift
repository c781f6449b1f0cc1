import Autograd
import TestSupport
import Testing

@Suite struct DeformableConvolutionTests {
  /// Partial sums reach the size of a few dozen products of normal numbers.
  @Test func matchesTorchvision() throws {
    try Golden("deformableConv2D").expectTable(
      inputs: ["x", "kernel", "bias", "offsets"], terms: 340, scale: 16
    ) { inputs, options in
      inputs[0].deformableConv2D(
        inputs[1], offsets: inputs[3], bias: inputs[2], stride: options[0], padding: options[1],
        dilation: options[2])
    }
  }

  @Test func matchesTorchvisionWithAMask() throws {
    try Golden("modulatedDeformableConv2D").expectTable(
      inputs: ["x", "kernel", "bias", "offsets", "mask"], terms: 340, scale: 16
    ) { inputs, options in
      inputs[0].deformableConv2D(
        inputs[1], offsets: inputs[3], mask: inputs[4], bias: inputs[2], stride: options[0],
        padding: options[1], dilation: options[2])
    }
  }

  /// Offsets are kept from whole numbers, where the slope jumps.
  @Test(arguments: [(1, 1, 1), (2, 1, 1), (1, 2, 2), (1, 0, 1)])
  func gradient(stride: Int, padding: Int, dilation: Int) {
    let room = { (extent: Int) in (extent + 2 * padding - 2 * dilation - 1) / stride + 1 }
    let (height, width) = (room(6), room(7))
    expectGradientsMatch(
      "deformableConv2D",
      [[2, 6, 7, 5], [3, 3, 5, 4], [2, height, width, 18], [2, height, width, 9], [4]],
      keepAwayFrom: [-2, -1, 0, 1, 2]
    ) {
      $0[0].deformableConv2D(
        $0[1], offsets: $0[2], mask: $0[3], bias: $0[4], stride: stride, padding: padding,
        dilation: dilation)
    }
  }

  @Test(arguments: [(1, 1, 1), (2, 1, 1), (1, 2, 2)])
  func withoutOffsetsItIsAConvolution(stride: Int, padding: Int, dilation: Int) {
    let (x, kernel) = (Sample.tensor("x", [2, 7, 6, 19]), Sample.tensor("kernel", [3, 3, 19, 5]))
    let plain = x.conv2D(kernel, stride: stride, padding: padding, dilation: dilation)
    let grid = plain.shape.dropLast()
    expectClose(
      x.deformableConv2D(
        kernel, offsets: .zeros(Shape(grid + [18])), mask: .ones(Shape(grid + [9])), stride: stride,
        padding: padding, dilation: dilation),
      plain, tolerance: tolerance(terms: 9 * 19, scale: 4))
  }

  /// A whole step to the right reads what lies one column further.
  @Test func wholeOffsetsShiftTheMap() {
    let (x, kernel) = (Sample.tensor("x", [1, 5, 6, 3]), Sample.tensor("kernel", [1, 1, 3, 4]))
    let right = Tensor((0..<30).flatMap { _ in [Float(0), 1] }, shape: [1, 5, 6, 2])
    let shifted = x.slice(axis: 2, 1..<6).padded([(0, 0), (0, 0), (0, 1), (0, 0)])
    expectClose(
      x.deformableConv2D(kernel, offsets: right), shifted.conv2D(kernel),
      tolerance: tolerance(terms: 3, scale: 4))
  }

  @Test func aPositionThatIsNoNumberShows() {
    var moves = [Float](repeating: 0, count: 8)
    moves[2] = .nan
    let output = Tensor.ones([1, 2, 2, 1]).deformableConv2D(
      .ones([1, 1, 1, 1]), offsets: Tensor(moves, shape: [1, 2, 2, 2]))
    #expect(output.scalars.map(\.isNaN) == [false, true, false, false])
  }

  @Test func constantsHaveNoGradient() {
    let x = Sample.tensor("x", [1, 4, 4, 3])
    let kernel = Sample.tensor("kernel", [3, 3, 3, 2]).tracked()
    let offsets = Tensor.zeros([1, 2, 2, 18])
    #expect(!x.deformableConv2D(kernel.detached(), offsets: offsets).isTracked)
    #expect(x.deformableConv2D(kernel, offsets: offsets).sum().gradients()[kernel] != nil)
  }

  @Test func threadsDoNotMatter() {
    let inputs = [
      Sample.tensor("x", [3, 9, 11, 70]), Sample.tensor("kernel", [3, 3, 70, 20]),
      Sample.tensor("offsets", [3, 9, 11, 18]), Sample.tensor("mask", [3, 9, 11, 9]),
    ]
    expectSameBytesForAnyThreads(inputs) {
      $0[0].deformableConv2D($0[1], offsets: $0[2], mask: $0[3], padding: 1)
    }
  }

  @Test func refusesOffsetsThatDoNotFit() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([1, 4, 4, 3]).deformableConv2D(.zeros([3, 3, 3, 8]), offsets: .zeros([1, 4, 4, 18]))
    }
  }
}
