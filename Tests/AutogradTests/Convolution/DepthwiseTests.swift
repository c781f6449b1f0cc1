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

  /// Windows of 5 × 5, some of whose pixels are worked on four at once, and their gradients.
  @Test(arguments: [(1, 1), (2, 1), (1, 2), (1, 3), (2, 2), (3, 1), (2, 3)], [5, 23])
  func fiveTapsEqualDense(_ geometry: (stride: Int, dilation: Int), width: Int) throws {
    let channels = 18
    let x = Sample.tensor("x", [2, 6, width, channels]).tracked()
    let kernel = Sample.tensor("k", [5, 5, 1, channels]).tracked()
    var dense = [Float](repeating: 0, count: 25 * channels * channels)
    for index in 0..<25 * channels {
      dense[index * channels + index % channels] = kernel.scalars[index]
    }
    let wide = Tensor(dense, shape: [5, 5, channels, channels]).tracked()
    let (stride, dilation) = geometry
    let actual = x.conv2D(kernel, stride: stride, padding: .same, dilation: dilation, groups: channels)
    let expected = x.conv2D(wide, stride: stride, padding: .same, dilation: dilation)
    let bound = tolerance(terms: 25, scale: 4)
    expectClose(actual, expected, tolerance: bound)
    let cotangent = Sample.tensor("cotangent", actual.shape)
    let (own, other) = (actual.gradients(from: cotangent), expected.gradients(from: cotangent))
    expectClose(try #require(own[x]), try #require(other[x]), tolerance: bound)
    let slopes = try #require(other[wide]).scalars
    expectClose(
      try #require(own[kernel]),
      Tensor(
        (0..<25 * channels).map { slopes[$0 * channels + $0 % channels] }, shape: [5, 5, 1, channels]),
      tolerance: tolerance(terms: 300, scale: 4))
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
