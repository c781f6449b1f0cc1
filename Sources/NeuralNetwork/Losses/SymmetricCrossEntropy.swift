public import Autograd
import Foundation

/// The mean over the positions whose label is not `ignoreIndex` of `forward · CE + reverse · RCE`: a scalar.
///
/// The reverse cross-entropy swaps prediction and label and takes the logarithm of 0 as −4, so that it is
/// `4 (1 − p)` with p the label's share of the softmax: bounded, and thus calm about wrong labels. Wang et
/// al., "Symmetric cross entropy for robust learning with noisy labels", ICCV 2019, section 3.2.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`. `forward` and `reverse` are 0 or more.
public func symmetricCrossEntropy(
  logits: Tensor, labels: Tensor, forward: Float = 0.1, reverse: Float = 1, ignoreIndex: Int = 255
) -> Tensor {
  let name = "symmetricCrossEntropy"
  let ids = LabelIDs(name, logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  return pixelLoss(name, logits, ids) { scores, _ in
    let share = exp(scores.label)
    let slope = forward + 4 * reverse * share
    return PixelTerm(
      value: -forward * scores.label + 4 * reverse * (1 - share), slope: slope, own: slope)
  }
}
