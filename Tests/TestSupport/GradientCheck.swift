public import Autograd
public import Testing

/// Checks the gradients of `operation` against central differences.
///
/// The output is passed through one more operation, a fixed weighting of its values, so that a pullback that
/// ignores its incoming gradient fails. Inputs are drawn from a fixed stream within `range`, at least
/// `keepAwayFrom.distance` from the points where the operation has a kink.
///
/// The bound on each difference: a step h leaves a truncation error of about h² and a rounding error of
/// about ε·|f|/h; h = 1e-2 balances the two for values of order one.
public func expectGradientsMatch(
  _ operation: String, _ shapes: [Shape], in range: ClosedRange<Float> = -2...2,
  keepAwayFrom kinks: [Float] = [], step: Float = 1e-2, tolerance: Float = 1e-2,
  sourceLocation: SourceLocation = #_sourceLocation, _ body: ([Tensor]) -> Tensor
) {
  var random = Philox(seed: 1, name: operation)
  let inputs = shapes.map { shape in
    Tensor(
      (0..<shape.elementCount).map { _ in
        var value = random.uniform(in: range)
        while kinks.contains(where: { abs(value - $0) < 4 * step }) { value = random.uniform(in: range) }
        return value
      }, shape: shape)
  }
  let weights = body(inputs).scalars.map { _ in
    random.uniform(in: 0.5...1.5) * (random.uniform() < 0.5 ? -1 : 1)
  }
  func score(_ inputs: [Tensor]) -> Double {
    zip(body(inputs).scalars, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
  let tracked = inputs.map { $0.tracked() }
  let output = body(tracked)
  let gradients = output.gradients(from: Tensor(weights, shape: output.shape))
  for (number, input) in inputs.enumerated() {
    guard let gradient = gradients[tracked[number]] else {
      Issue.record("\(operation): input \(number) has no gradient", sourceLocation: sourceLocation)
      continue
    }
    guard gradient.shape == input.shape else {
      Issue.record(
        "\(operation): the gradient of input \(number) has shape \(gradient.shape), not \(input.shape)",
        sourceLocation: sourceLocation)
      continue
    }
    let actual = gradient.scalars
    let stride = max(1, input.count / 64)
    for index in Swift.stride(from: 0, to: input.count, by: stride) {
      var values = input.scalars
      func moved(_ offset: Float) -> Double {
        values[index] = input.scalars[index] + offset
        var changed = inputs
        changed[number] = Tensor(values, shape: input.shape)
        return score(changed)
      }
      let numeric = (moved(step) - moved(-step)) / Double(2 * step)
      let bound = Double(tolerance) * max(1, abs(numeric))
      if !(abs(numeric - Double(actual[index])) <= bound) {
        Issue.record(
          """
          \(operation): gradient \(index) of input \(number) is \(actual[index]), \
          central difference \(numeric)
          """,
          sourceLocation: sourceLocation)
        return
      }
    }
  }
}
