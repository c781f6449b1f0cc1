import Autograd
import TestSupport
import Testing

@Suite struct ConcatenateTests {
  @Test func matchesPyTorch() throws {
    try Golden("concatenate").expectTable(inputs: ["x", "z"], terms: 4) { inputs, options in
      Tensor.concatenated([inputs[0], inputs[1], inputs[0]], axis: options[0])
    }
  }

  @Test(arguments: 0..<3) func gradient(axis: Int) {
    expectGradientsMatch("concatenate", [[3, 4, 5], [3, 4, 5]]) {
      Tensor.concatenated([$0[0], $0[1], $0[0]], axis: axis).squared()
    }
  }

  @Test func untrackedPartsGetNoGradient() throws {
    let (x, z) = (Tensor.ones([2]).tracked(), Tensor.ones([3]))
    let gradients = Tensor.concatenated([z, x, z], axis: 0).sum().gradients()
    try #expect(#require(gradients[x]).scalars == [1, 1])
  }

  @Test func otherExtentsAreRefused() async {
    await #expect(processExitsWith: .failure) {
      _ = Tensor.concatenated([.ones([2, 3]), .ones([2, 4])], axis: 0)
    }
  }
}
