public import Autograd
public import Testing

/// The error that float arithmetic may leave after adding `terms` products of values of about `scale`.
///
/// Rounding errors of a sum of n terms grow like √n ulps when they are independent; 8 covers the spread
/// over many outputs and the different order of summation in the reference.
public func tolerance(terms: Int, scale: Float = 1) -> Float {
  8 * Float.ulpOfOne * scale * Float(max(terms, 1)).squareRoot()
}

/// Checks that two tensors have the same shape and values that differ by at most `tolerance`.
public func expectClose(
  _ actual: Tensor, _ expected: Tensor, tolerance: Float, _ what: String = "",
  sourceLocation: SourceLocation = #_sourceLocation
) {
  guard actual.shape == expected.shape else {
    Issue.record("\(what): shape \(actual.shape), expected \(expected.shape)", sourceLocation: sourceLocation)
    return
  }
  var worst: (index: Int, difference: Float) = (0, 0)
  let (left, right) = (actual.scalars, expected.scalars)
  for index in left.indices {
    let difference = left[index] == right[index] ? 0 : abs(left[index] - right[index])
    if !(difference <= worst.difference) { worst = (index, difference) }
    if difference.isNaN { break }
  }
  if !(worst.difference <= tolerance) {
    Issue.record(
      "\(what): value \(worst.index) is \(left[worst.index]), expected \(right[worst.index]) ± \(tolerance)",
      sourceLocation: sourceLocation)
  }
}
