import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct SGDTests {
  @Test func matchesReferenceAndResumesExactly() throws {
    try expectOptimizerMatches("sgd") { SGD($0, momentum: 0.9) }
    try expectOptimizerMatches("sgd_nesterov") { SGD($0, momentum: 0.9, nesterov: true) }
  }

  @Test func parametersWithoutGradientStay() throws {
    let golden = try Golden("sgd")
    let fixture = try OptimizerFixture(golden)
    let loss = fixture.store.parameters[0].value.sum()
    SGD(fixture.groups).step(loss.gradients())
    #expect(fixture.store.parameters[1].value.scalars == (try golden["head.bias.0"].scalars))
    #expect(fixture.store.parameters[0].value.scalars != (try golden["body.weight.0"].scalars))
  }

  @Test func stateOfAnotherModelIsRefused() throws {
    let fixture = try OptimizerFixture(Golden("sgd"))
    let state = ["momentum_buffer.body.weight": Tensor.zeros([7, 5]), "momentum_buffer.tail": Tensor(0)]
    #expect {
      try SGD(fixture.groups).restore(state)
    } throws: { error in
      "\(error)" == """
        optimizer state: does not fit the model: unused 1: momentum_buffer.tail; \
        mis-shaped 1: momentum_buffer.body.weight is [7, 5], not [5, 7]; \
        choose the model that the weights were made for
        """
    }
  }
}
