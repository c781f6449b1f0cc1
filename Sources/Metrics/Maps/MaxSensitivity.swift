public import Autograd

/// How far a map can move when its image moves a little: the maximum over draws of ‖L(x + ε) − L(x)‖ / ‖L(x)‖
/// with |ε| ≤ `radius` in every value (Yeh et al., "On the (In)fidelity and Sensitivity of Explanations",
/// NeurIPS 2019).
///
/// `map` makes the raw map of an image `[height, width, 3]`. The denominator of a map of zeros is 1. `nil`
/// where a map is not finite or changes its shape.
///
/// - Precondition: there is a draw, and the radius is not negative.
public func maxSensitivity(
  of image: Tensor, radius: Float = 0.02, draws: Int = 10, random: inout Philox, map: (Tensor) -> Tensor
) -> Double? {
  precondition(draws > 0 && radius >= 0, "max-sensitivity: \(draws) draws within \(radius)")
  let original = map(image)
  guard original.isFinite else { return nil }
  let values = original.scalars
  let norm = length(of: values)
  var most = 0.0
  for _ in 0..<draws {
    let moved = map(
      Tensor(image.scalars.map { $0 + random.uniform(in: -radius...radius) }, shape: image.shape))
    guard moved.isFinite, moved.shape == original.shape else { return nil }
    most = max(most, length(of: zip(moved.scalars, values).map(-)) / (norm > 0 ? norm : 1))
  }
  return most
}

private func length(of values: [Float]) -> Double {
  values.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot()
}
