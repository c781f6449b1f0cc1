import Autograd
import NeuralNetwork
import Testing

@Suite struct ExponentialMovingAverageTests {
  @Test func followsTheValuesAndSwapsThemInForABlock() throws {
    let weight = ParameterStore(seed: 0).root.parameter("weight", [2], .zeros)
    let average = ExponentialMovingAverage(of: [weight], decay: 0.75)
    weight.assign(Tensor([4, 8], shape: [2]))
    average.update()
    #expect(average.withAveragedValues { weight.value.scalars } == [1, 2])
    #expect(weight.value.scalars == [4, 8])
    let resumed = ExponentialMovingAverage(of: [weight], decay: 0.75)
    try resumed.restore(average.state)
    resumed.update()
    #expect(resumed.withAveragedValues { weight.value.scalars } == [1.75, 3.5])
  }

  @Test func incompleteStateIsRefused() {
    let weight = ParameterStore(seed: 0).root.parameter("weight", [2], .zeros)
    #expect {
      try ExponentialMovingAverage(of: [weight], decay: 0.5).restore([:])
    } throws: { error in
      "\(error)" == """
        averaged weights: does not fit the model: missing 1: weight; \
        choose the model that the weights were made for, or declare the names that may differ
        """
    }
  }
}
