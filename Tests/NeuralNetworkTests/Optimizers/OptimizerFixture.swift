import Autograd
import NeuralNetwork
import TestSupport
import Testing

/// The two parameters of `Tests/Oracle/optimizers.py`, with the learning rates that it uses.
struct OptimizerFixture {
  let store = ParameterStore(seed: 0)
  let groups: [ParameterGroup]

  init(_ golden: Golden, weightDecay: Float = 0.05) throws {
    let body = store.root["body"].parameter("weight", [5, 7], .zeros)
    let head = store.root["head"].parameter("bias", [7], .zeros)
    for parameter in [body, head] { parameter.assign(try golden["\(parameter.name).0"]) }
    groups = ParameterGroup.groups(
      of: store.parameters, learningRate: 0.1, weightDecay: weightDecay,
      rules: [ParameterRule(match: "head", learningRateScale: 10, weightDecayScale: 0)])
  }

  /// The golden gradients of a step, as a backward pass would give them.
  func gradients(_ golden: Golden, step: Int) throws -> Gradients {
    let terms = try store.parameters.map { parameter in
      let gradient = try golden["\(parameter.name).gradient.\(step)"]
      return parameter.value.recorded("fixture", from: parameter.value) { _ in gradient }
    }
    let total = Tensor(0).recorded("total", from: terms) { _ in terms.map { .ones($0.shape) } }
    return total.gradients()
  }

  func expectMatches(_ golden: Golden, step: Int) throws {
    for parameter in store.parameters {
      // Each step is a handful of roundings on values below 4.
      try expectClose(
        parameter.value, golden["\(parameter.name).\(step)"], tolerance: tolerance(terms: 1, scale: 4),
        "\(parameter.name) after step \(step)")
    }
  }
}

/// Compares three steps with a golden file, and with a run that is saved and restored on its way.
func expectOptimizerMatches(_ name: String, _ make: ([ParameterGroup]) -> any Optimizer) throws {
  let golden = try Golden(name)
  let whole = try OptimizerFixture(golden)
  let optimizer = make(whole.groups)
  var (state, values): ([String: Tensor], [Tensor]) = ([:], [])
  for step in 1...3 {
    optimizer.step(try whole.gradients(golden, step: step))
    try whole.expectMatches(golden, step: step)
    if step == 1 { (state, values) = (optimizer.state, whole.store.parameters.map { $0.value.detached() }) }
  }
  let resumed = try OptimizerFixture(golden)
  for (parameter, value) in zip(resumed.store.parameters, values) { parameter.assign(value) }
  let second = make(resumed.groups)
  try second.restore(state)
  for step in 2...3 { second.step(try resumed.gradients(golden, step: step)) }
  for (left, right) in zip(whole.store.parameters, resumed.store.parameters) {
    #expect(left.value.scalars == right.value.scalars, "\(name): resuming changed \(left.name)")
  }
}
