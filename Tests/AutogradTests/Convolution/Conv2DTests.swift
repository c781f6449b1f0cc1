import Autograd
import TestSupport
import Testing

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
