public import Autograd
import Testing

/// Expects of a function of the rows of `x` and of its gradient the same bytes for each row alone.
public func expectSameBytesForRowsAlone(_ x: Tensor, _ function: (Tensor) -> Tensor) throws {
  func results(_ rows: Tensor, _ weights: Tensor?) throws -> (value: Tensor, gradient: Tensor) {
    let rows = rows.tracked()
    let value = function(rows)
    let loss = (value * (weights ?? Sample.tensor("weights", value.shape))).sum()
    return (value.detached(), try #require(loss.gradients()[rows]))
  }
  let together = try results(x, nil)
  let weights = Sample.tensor("weights", together.value.shape)
  for row in 0..<x.shape[0] {
    func part(_ tensor: Tensor) -> Tensor { tensor.slice(axis: 0, row..<row + 1) }
    let alone = try results(part(x), part(weights))
    #expect(alone.value.scalars == part(together.value).scalars)
    #expect(alone.gradient.scalars == part(together.gradient).scalars)
  }
}
