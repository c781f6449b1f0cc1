public import Autograd
import Foundation

/// The mean of `(1 − p^q) / q` over the positions whose label is not `ignoreIndex`, with p the label's share
/// of the softmax: a scalar.
///
/// Between cross-entropy (q → 0) and the mean absolute error (q = 1), so that positions whose label the
/// network does not believe weigh less. Zhang and Sabuncu, "Generalized cross entropy loss for training deep
/// neural networks with noisy labels", NeurIPS 2018, equation 6.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`. `exponent` is q, above 0 and at most 1.
public func generalizedCrossEntropy(
  logits: Tensor, labels: Tensor, exponent: Float = 0.7, ignoreIndex: Int = 255
) -> Tensor {
  precondition(exponent > 0 && exponent <= 1, "generalizedCrossEntropy: the exponent is \(exponent)")
  let name = "generalizedCrossEntropy"
  let ids = LabelIDs(name, logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  return pixelLoss(name, logits, ids) { scores, _ in
    let power = exp(exponent * scores.label)
    return PixelTerm(value: (1 - power) / exponent, slope: power, own: power)
  }
}
