import TestSupport
import Testing

@testable import Autograd

@Suite struct Conv2DTests {
  @Test func matchesPyTorch() throws {
    try Golden("conv2D").expectTable(inputs: ["x", "kernel", "bias"], terms: 300) { inputs, options in
      inputs[0].conv2D(
        inputs[1], bias: inputs[2], stride: options[0], padding: options[1], dilation: options[2],
        groups: options[3])
    }
  }

  @Test(arguments: [(1, 1, 1, 1), (2, 1, 1, 1), (1, 2, 2, 1), (2, 0, 1, 2), (3, 2, 1, 1)])
  func gradient(stride: Int, padding: Int, dilation: Int, groups: Int) {
    expectGradientsMatch("conv2D", [[2, 6, 7, 4], [3, 3, 4 / groups, 6], [6]]) {
      $0[0].conv2D(
        $0[1], bias: $0[2], stride: stride, padding: padding, dilation: dilation, groups: groups)
    }
  }

  @Test func isLinear() {
    let (x, z) = (Sample.tensor("x", [1, 6, 5, 3]), Sample.tensor("z", [1, 6, 5, 3]))
    let kernel = Sample.tensor("kernel", [3, 3, 3, 7])
    let sum = Tensor(zip(x.scalars, z.scalars).map { $0 + 2 * $1 }, shape: x.shape)
    let parts = zip(x.conv2D(kernel, padding: 1).scalars, z.conv2D(kernel, padding: 1).scalars)
    expectClose(
      sum.conv2D(kernel, padding: 1), Tensor(parts.map { $0 + 2 * $1 }, shape: [1, 6, 5, 7]),
      tolerance: tolerance(terms: 27, scale: 4))
  }

  @Test func constantsHaveNoGradient() throws {
    let (x, kernel) = (Sample.tensor("x", [1, 4, 4, 3]), Sample.tensor("kernel", [3, 3, 3, 2]))
    let (trackedInput, trackedKernel) = (x.tracked(), kernel.tracked())
    #expect(!x.conv2D(kernel).isTracked)
    #expect(trackedInput.conv2D(kernel).sum().gradients()[trackedInput] != nil)
    #expect(x.conv2D(trackedKernel).sum().gradients()[trackedKernel] != nil)
  }

  @Test(arguments: [(1, 1, 1), (2, 1, 1), (1, 2, 2), (2, 3, 1)])
  func threadsDoNotMatter(stride: Int, padding: Int, dilation: Int) {
    let (x, kernel) = (Sample.tensor("x", [3, 13, 17, 20]), Sample.tensor("kernel", [3, 3, 20, 35]))
    expectSameBytesForAnyThreads([x, kernel]) {
      $0[0].conv2D($0[1], stride: stride, padding: padding, dilation: dilation)
    }
  }

  @Test func refusesChannelsThatDoNotFit() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.zeros([1, 4, 4, 3]).conv2D(.zeros([3, 3, 4, 8]))
    }
  }
}

/// A convolution with the norm behind it, against the two operations one after the other.
@Suite struct NormalizedConvolutionTests {
  /// Shapes that each of the convolution's kernels takes.
  struct Case: CustomTestStringConvertible {
    let name: String
    let map: Shape
    let kernel: Shape
    var stride = 1
    var padding = 0
    var groups = 1

    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "1×1, whole vectors", map: [2, 9, 7, 32], kernel: [1, 1, 32, 96]),
    Case(name: "1×1, shared vectors", map: [2, 5, 5, 20], kernel: [1, 1, 20, 41]),
    Case(name: "many columns", map: [1, 14, 14, 256], kernel: [1, 1, 256, 1000]),
    Case(name: "few channels", map: [2, 17, 15, 3], kernel: [7, 7, 3, 24], stride: 2, padding: 3),
    Case(name: "Winograd", map: [2, 30, 29, 32], kernel: [3, 3, 32, 48], padding: 1),
    Case(name: "stride 2", map: [2, 13, 13, 16], kernel: [3, 3, 16, 24], stride: 2, padding: 1),
    Case(name: "depthwise", map: [2, 11, 12, 24], kernel: [3, 3, 1, 24], padding: 1, groups: 24),
    Case(name: "whole depthwise", map: [2, 11, 12, 32], kernel: [3, 3, 1, 32], padding: 1, groups: 32),
    Case(name: "two outputs a channel", map: [2, 8, 9, 16], kernel: [3, 3, 1, 32], padding: 1, groups: 16),
    Case(name: "groups, whole vectors", map: [2, 8, 9, 32], kernel: [3, 3, 16, 96], padding: 1, groups: 2),
    Case(name: "groups, shared vectors", map: [2, 8, 9, 20], kernel: [3, 3, 5, 12], padding: 1, groups: 4),
  ]

  private func normalization(_ channels: Int, residual: Tensor?, _ activation: Activation)
    -> ChannelNormalization
  {
    ChannelNormalization(
      mean: Sample.tensor("mean", [channels]),
      variance: Tensor((0..<channels).map { 0.5 + 0.1 * Float($0 % 9) }, shape: [channels]),
      scale: Sample.tensor("scale", [channels]), offset: Sample.tensor("offset", [channels]), epsilon: 1e-3,
      adding: residual, activation: activation)
  }

  @Test(arguments: cases, [false, true]) func equalsTheComposition(of test: Case, hasResidual: Bool) {
    let (map, kernel) = (Sample.tensor("map", test.map), Sample.tensor("kernel", test.kernel))
    let plain = map.conv2D(kernel, stride: test.stride, padding: test.padding, groups: test.groups)
    let residual = hasResidual ? Sample.tensor("residual", plain.shape) : nil
    for activation in Activation.allCases {
      let norm = normalization(test.kernel[3], residual: residual, activation)
      let joint = map.conv2D(
        kernel, stride: test.stride, padding: .even(test.padding), groups: test.groups, then: norm)
      #expect(joint.shape == plain.shape)
      #expect(joint.scalars == plain.normalized(norm).scalars, "\(activation)")
    }
  }

  @Test func gradientsAreThoseOfTheComposition() throws {
    let map = Sample.tensor("map", [2, 6, 5, 16]).tracked()
    let kernel = Sample.tensor("kernel", [3, 3, 16, 20])
    let norm = normalization(20, residual: nil, .relu)
    let expected = map.conv2D(kernel, padding: 1).normalized(norm).sum().gradients()
    let gradients = map.conv2D(kernel, padding: .even(1), then: norm).sum().gradients()
    #expect(try #require(gradients[map]).scalars == #require(expected[map]).scalars)
  }

  @Test func threadsDoNotMatter() {
    expectSameBytesForAnyThreads([Sample.tensor("map", [2, 40, 33, 32])]) {
      $0[0].conv2D(
        Sample.tensor("kernel", [3, 3, 32, 48]), padding: .even(1),
        then: normalization(48, residual: nil, .relu6))
    }
  }
}
