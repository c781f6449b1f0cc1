public import Autograd

/// The mean cross-entropy against `trust` of the label and `1 − trust` of the network's own guess, over the
/// positions whose label is not `ignoreIndex`: a scalar.
///
/// The guess is the greatest class and constant. Reed et al., "Training deep neural networks on noisy labels
/// with bootstrapping", ICLR 2015 workshop, equation 7 (hard).
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`. `trust` is 0 … 1.
public func bootstrappedCrossEntropy(
  logits: Tensor, labels: Tensor, trust: Float = 0.8, ignoreIndex: Int = 255
) -> Tensor {
  let name = "bootstrappedCrossEntropy"
  let ids = LabelIDs(name, logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  return pixelLoss(name, logits, ids) { scores, _ in
    PixelTerm(
      value: -trust * scores.label - (1 - trust) * scores.best, slope: 1, own: trust, guess: 1 - trust)
  }
}
