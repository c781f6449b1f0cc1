import Autograd
import TestSupport
import Testing

@testable import NeuralNetwork

@Suite struct BiasTapsTests {
  private let input = Sample.tensor("input", [1, 4, 5, 3])

  @Test func convolutionsAndNormsAreNoted() throws {
    let root = ParameterStore(seed: 1).root
    let convolution = Conv2D(3, 4, kernel: 3, padding: 1, in: root["conv"])
    let plain = Conv2D(4, 4, kernel: 1, bias: false, in: root["plain"])
    let norm = BatchNorm(4, in: root["norm"])
    norm.bias.assign(Sample.tensor("bias", [4]))
    norm.runningMean.value = Sample.tensor("mean", [4])
    func run() -> Tensor { norm(plain, convolution(input, .inference), .inference, activation: .relu6) }
    let (output, taps) = BiasTaps.collecting(run)
    expectClose(output, run(), tolerance: tolerance(terms: 27))
    try #require(taps.count == 2)
    #expect(taps[0].bias.scalars == convolution.bias?.value.scalars)
    // What remains of a map of zeros: offset − scale · mean / deviation.
    let added = norm.bias.value.detached() - norm.runningMean.value / Float(1 + 1e-5).squareRoot()
    expectClose(taps[1].bias, added, tolerance: tolerance(terms: 4))
    expectClose(taps[1].output.relu6(), output, tolerance: 0)
  }

  @Test func nothingIsNotedOutside() {
    let convolution = Conv2D(3, 2, kernel: 1, in: ParameterStore(seed: 1).root)
    _ = BiasTaps.collecting {}
    #expect(BiasTaps.current == nil)
    let (_, taps) = BiasTaps.collecting { convolution(input, .inference) }
    #expect(taps.count == 1 && taps[0].output.shape == [1, 4, 5, 2])
  }
}
