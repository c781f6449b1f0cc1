import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct ParameterGradientsTests {
  /// The table of a loss whose gradients are given.
  private func table(_ pairs: [(Parameter, Tensor)]) -> ParameterGradients {
    let terms = pairs.map { parameter, gradient in
      parameter.value.recorded("fixture", from: parameter.value) { _ in gradient }
    }
    let loss = Tensor(0).recorded("total", from: terms) { _ in terms.map { .ones($0.shape) } }
    return ParameterGradients(loss.gradients(), of: pairs.map(\.0))
  }

  @Test func clippingMatchesReference() throws {
    let golden = try Golden("gradient_clipping")
    let root = ParameterStore(seed: 0).root
    let parameters = [root.parameter("a", [3, 5], .zeros), root.parameter("b", [9000], .zeros)]
    var gradients = table(try zip(parameters, 0...).map { ($0, try golden["gradient.\($1)"]) })
    let norm = gradients.clip(toNorm: 2.5)
    let expected = try golden["norm"].scalar
    #expect(abs(norm - expected) <= tolerance(terms: 1, scale: expected))
    SGD([ParameterGroup(parameters, learningRate: 1)], momentum: 0).step(gradients, learningRateScale: -1)
    for (index, parameter) in parameters.enumerated() {
      try expectClose(parameter.value, golden["clipped.\(index)"], tolerance: tolerance(terms: 1))
    }
  }

  @Test func shortGradientsAreNotClipped() {
    let weight = ParameterStore(seed: 0).root.parameter("weight", [2], .zeros)
    var gradients = table([(weight, Tensor([3, 4], shape: [2]))])
    #expect(gradients.clip(toNorm: 6) == 5)
    #expect(gradients.norm == 5)
  }

  @Test func accumulationIsTheMeanOfPartialBatches() throws {
    let weight = ParameterStore(seed: 0).root.parameter("weight", [2], .zeros)
    var accumulator = GradientAccumulator()
    let nothing = accumulator.take()
    #expect(nothing == nil)
    accumulator.add(table([(weight, Tensor([1, 2], shape: [2]))]))
    accumulator.add(table([(weight, Tensor([3, -4], shape: [2]))]))
    let taken = accumulator.take()
    let mean = try #require(taken)
    #expect(accumulator.count == 0)
    SGD([ParameterGroup([weight], learningRate: 1)], momentum: 0).step(mean, learningRateScale: 1)
    #expect(weight.value.scalars == [-2, 1])
  }

  /// As in PyTorch: what is not a number reaches every gradient, so that nobody trains on the rest.
  @Test func aNormThatIsNoneReachesAllGradients() {
    let store = ParameterStore(seed: 0)
    let (a, b) = (store.root.parameter("a", [1], .ones), store.root.parameter("b", [1], .ones))
    let loss = (a.value * Float.nan + b.value).sum()
    var gradients = ParameterGradients(loss.gradients(), of: [a, b])
    #expect(gradients.clip(toNorm: 1).isNaN)
    #expect(gradients.scale.isNaN)
    var infinite = ParameterGradients((a.value * Float.infinity + b.value).sum().gradients(), of: [a, b])
    #expect(infinite.clip(toNorm: 1) == .infinity)
    #expect(infinite.scale == 0)
  }
}
