// A tensor, what is recorded of a computation, and its gradients.
import Autograd

// What is computed from a tracked tensor is recorded, so that it can be gone back through.
let inputs = Tensor([0.5, -1, 2, 1, 0.25, -0.5], shape: [2, 3])
let weight = Tensor([0.1, -0.2, 0.3, 0.4, 0.5, -0.6], shape: [2, 3]).tracked()

func loss(_ weight: Tensor) -> Tensor {
  inputs.linear(weight).tanh().squared().mean()
}

// Gradients are a table: it can be asked about every tensor on the way, not only about weights.
let value = loss(weight)
guard let gradient = value.gradients()[weight] else { preconditionFailure("the loss has no gradient") }
print("loss \(value.scalar)")
print("gradient \(gradient.scalars)")

// The same by moving one weight a little to either side.
let (row, column, step) = (1, 2, Float(1e-2))
func moved(by distance: Float) -> Float {
  var changed = weight
  changed.mutate { $0[row * 3 + column] += distance }
  return loss(changed).scalar
}
let difference = (moved(by: step) - moved(by: -step)) / (2 * step)
let found = gradient.scalars[row * 3 + column]
print("of weight [\(row), \(column)] \(found), by finite differences \(difference)")
precondition(abs(found - difference) < 1e-3, "the gradient \(found) is not the difference \(difference)")
