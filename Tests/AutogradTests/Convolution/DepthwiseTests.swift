import Autograd
import TestSupport
import Testing

/// Convolutions whose groups are single channels, which have kernels of their own.
@Suite struct DepthwiseConv2DTests {
  @Test func matchesPyTorch() throws {
    try Golden("depthwiseConv2D").expectTable(inputs: ["x", "kernel", "bias"], terms: 100) {
      inputs, options in
      inputs[0].conv2D(
        inputs[1], bias: inputs[2], stride: options[0], padding: options[1], dilation: options[2],
        groups: options[3])
    }
  }

  @Test(arguments: [(1, 1, 1), (2, 1, 1), (1, 2, 2), (2, 2, 2)])
  func gradient(stride: Int, padding: Int, dilation: Int) {
    expectGradientsMatch("depthwiseConv2D", [[2, 6, 7, 18], [3, 3, 1, 18], [18]]) {
      $0[0].conv2D($0[1], bias: $0[2], stride: stride, padding: padding, dilation: dilation, groups: 18)
    }
  }

  /// TensorFlow's padding, which is not even at stride 2, against timm's `Conv2dSame`.
  @Test func samePaddingMatchesTimm() throws {
    try Golden("conv2D_same").expectTable(inputs: ["x", "kernel", "bias"], terms: 100) { inputs, options in
      inputs[0].conv2D(
        inputs[1], bias: inputs[2], stride: options[0], padding: .same, dilation: options[1],
        groups: options[2])
    }
  }

  @Test(arguments: [(1, 1), (2, 1), (1, 2), (2, 2)])
  func gradientOfFiveTaps(stride: Int, dilation: Int) {
    expectGradientsMatch("depthwiseConv2D", [[2, 6, 7, 18], [5, 5, 1, 18], [18]]) {
      $0[0].conv2D($0[1], bias: $0[2], stride: stride, padding: .same, dilation: dilation, groups: 18)
    }
  }

  /// A depthwise convolution equals a dense one whose kernel is zero between different channels.
  @Test func equalsDenseWithDiagonalKernel() {
    let channels = 21
    let (x, kernel) = (Sample.tensor("x", [2, 9, 8, channels]), Sample.tensor("k", [3, 3, 1, channels]))
    var dense = [Float](repeating: 0, count: 9 * channels * channels)
    for tap in 0..<9 {
      for channel in 0..<channels {
        dense[(tap * channels + channel) * channels + channel] = kernel.scalars[tap * channels + channel]
      }
    }
    for stride in 1...2 {
      expectClose(
        x.conv2D(kernel, stride: stride, padding: 1, groups: channels),
        x.conv2D(Tensor(dense, shape: [3, 3, channels, channels]), stride: stride, padding: 1),
        tolerance: tolerance(terms: 9, scale: 4))
    }
  }

  @Test(arguments: [1, 2], [3, 5]) func threadsDoNotMatter(stride: Int, window: Int) {
    let (x, kernel) = (
      Sample.tensor("x", [3, 19, 17, 40]), Sample.tensor("kernel", [window, window, 1, 40])
    )
    expectSameBytesForAnyThreads([x, kernel]) {
      $0[0].conv2D($0[1], stride: stride, padding: window / 2, groups: 40)
    }
  }
}
