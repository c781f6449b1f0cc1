import Autograd
import TestSupport
import Testing

@Suite struct LayerNormTests {
  @Test(arguments: [5, 16, 35])
  func gradient(channels: Int) {
    expectGradientsMatch("layerNorm", [[3, 2, channels], [channels], [channels]]) {
      $0[0].layerNorm(scale: $0[1], offset: $0[2], epsilon: 1e-2)
    }
  }

  @Test func matchesPyTorch() throws {
    try Golden("layer_norm").expectTable(inputs: ["x", "scale", "offset"], terms: 40) { inputs, _ in
      inputs[0].layerNorm(scale: inputs[1], offset: inputs[2], epsilon: 1e-6)
    }
  }

  @Test func aShiftOfTheInputChangesNothing() {
    let x = Sample.tensor("x", [6, 40])
    let shifted = Tensor(x.scalars.map { $0 + 3 }, shape: x.shape)
    func output(_ x: Tensor) -> Tensor {
      x.layerNorm(scale: .ones([40]), offset: .zeros([40]), epsilon: 1e-6)
    }
    // Adding 3 rounds each input to a multiple of ulp(4).
    expectClose(output(shifted), output(x), tolerance: tolerance(terms: 1, scale: 4))
  }

  @Test func constantRowsGiveTheOffset() {
    let offset = Sample.tensor("offset", [19])
    let y = Tensor(repeating: 7, shape: [3, 19]).layerNorm(scale: .ones([19]), offset: offset, epsilon: 1e-6)
    expectClose(y, Tensor(offset.scalars + offset.scalars + offset.scalars, shape: [3, 19]), tolerance: 0)
  }

  @Test func threadsDoNotMatter() {
    let inputs = [Sample.tensor("x", [7, 197, 24]), Sample.tensor("scale", [24]), .zeros([24])]
    expectSameBytesForAnyThreads(inputs) { $0[0].layerNorm(scale: $0[1], offset: $0[2], epsilon: 1e-5) }
  }
}
