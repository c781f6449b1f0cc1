import Autograd

/// The means of g, g² and g³ over noisy copies of an image, all `[rows, height, width, channels]`.
struct GradientMoments {
  let first: Tensor, second: Tensor, third: Tensor

  /// The powers of one gradient.
  static func ofOne(_ gradient: Tensor) -> GradientMoments {
    let square = gradient.squared()
    return GradientMoments(first: gradient, second: square, third: square * gradient)
  }

  static func + (left: GradientMoments, right: GradientMoments) -> GradientMoments {
    GradientMoments(
      first: left.first + right.first, second: left.second + right.second, third: left.third + right.third)
  }

  static func / (left: GradientMoments, count: Float) -> GradientMoments {
    GradientMoments(first: left.first / count, second: left.second / count, third: left.third / count)
  }

  /// E[g²] / (2 E[g²] + S E[g³] + ε), and 0 where there is nothing to divide; `sums` is S,
  /// `[rows, 1, 1, channels]`.
  ///
  /// The powers are divided by E[g²] first: those of small gradients are too small to be added.
  func alpha(sums: Tensor, epsilon: Float) -> Tensor {
    // Where sums are not negative, as they should be, the denominator is at least 2 wherever E[g] > 0.
    let denominator = 2 + sums.relu() * (third / second) + epsilon / second
    let isSafe = second.isGreater(than: 0) * denominator.absoluteValue().isGreater(than: 0)
    return Tensor.select(isSafe, 1 / denominator, Tensor(0))
  }
}
