import Autograd

/// Small whole numbers that look random: sums of their products are exact in any order of summation, so
/// kernels can be compared with plain loops without a tolerance.
func wholeNumbers(_ shape: Shape, seed: Int) -> Tensor {
  let count = shape.reduce(1, *)
  var state = UInt32(truncatingIfNeeded: seed &* 7919 &+ 1)
  let values = (0..<count).map { _ in
    state = state &* 1_664_525 &+ 1_013_904_223
    return Float(Int(state >> 24) % 7 - 3)
  }
  return Tensor(values, shape: shape)
}
