import Autograd
import NeuralNetwork
import TestSupport
import Testing

/// Compares a layer with the golden file that `Tests/Oracle/layers.py` made: its output, the gradients of its
/// input and parameters, and its buffers after a training pass.
func expectLayerMatches(
  _ name: String, terms: Int, sourceLocation: SourceLocation = #_sourceLocation,
  _ make: (ParameterScope) -> any Layer
) throws {
  let golden = try Golden("layer_" + name.lowercased())
  let store = ParameterStore(seed: 0)
  let layer = make(store.root)
  store.fillByFormula(prefix: name + ".")
  let x = try golden["x"].tracked()
  let y = layer(x, .training(seed: 0, step: 0))
  let bound = tolerance(terms: terms, scale: 4)
  try expectClose(y, golden["y"], tolerance: bound, "\(name) output", sourceLocation: sourceLocation)
  let gradients = y.gradients(from: try golden["cotangent"])
  try expectClose(
    #require(gradients[x]), golden["x.gradient"], tolerance: bound, "\(name) input",
    sourceLocation: sourceLocation)
  for parameter in store.parameters {
    let gradient = parameter.layout.fileOrder(try #require(gradients[parameter]))
    try expectClose(
      gradient, golden["gradient.\(parameter.name)"], tolerance: bound, "\(name) \(parameter.name)",
      sourceLocation: sourceLocation)
  }
  for buffer in store.buffers {
    try expectClose(
      buffer.value, golden["after.\(buffer.name)"], tolerance: bound, "\(name) \(buffer.name)",
      sourceLocation: sourceLocation)
  }
}
