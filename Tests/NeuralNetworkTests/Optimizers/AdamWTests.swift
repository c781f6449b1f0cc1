import Autograd
import NeuralNetwork
import TestSupport
import Testing

@Suite struct AdamWTests {
  @Test func matchesReferenceAndResumesExactly() throws {
    try expectOptimizerMatches("adamw") { AdamW($0) }
  }

  @Test func threadsDoNotChangeTheBytes() throws {
    func trained(threads: Int) -> [Float] {
      Parallel.$threadLimit.withValue(threads) {
        let weight = ParameterStore(seed: 5).root.parameter("weight", [100_003], .normal(1))
        let optimizer = AdamW([ParameterGroup([weight], learningRate: 0.1)])
        for _ in 0..<3 { optimizer.step(weight.value.sum().gradients()) }
        return weight.value.scalars
      }
    }
    #expect(trained(threads: 1) == trained(threads: 2))
  }

  @Test func aStateWithoutItsMomentsIsRefused() throws {
    let fixture = try OptimizerFixture(Golden("adamw"))
    let optimizer = AdamW(fixture.groups)
    #expect {
      try optimizer.restore(["step.head.bias": Tensor(3)])
    } throws: { error in
      "\(error)" == """
        optimizer state: does not fit the model: missing 2: exp_avg.head.bias, exp_avg_sq.head.bias; \
        choose the model that the weights were made for
        """
    }
  }

  /// A damaged checkpoint holds any number where steps are counted.
  @Test(arguments: [Float.nan, .infinity, -1, 2.5, 1e30])
  func aCountThatIsNoneIsRefused(_ count: Float) throws {
    let fixture = try OptimizerFixture(Golden("adamw"))
    let bias = try #require(fixture.groups.flatMap(\.parameters).first { $0.name == "head.bias" })
    let moments = Tensor.zeros(bias.shape)
    #expect {
      try AdamW(fixture.groups).restore([
        "step.head.bias": Tensor(count), "exp_avg.head.bias": moments, "exp_avg_sq.head.bias": moments,
      ])
    } throws: { error in
      "\(error)"
        == "optimizer state: step.head.bias is \(count), which is no number of steps; use another checkpoint"
    }
  }
}
