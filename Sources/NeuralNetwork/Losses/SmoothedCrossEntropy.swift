public import Autograd

/// The mean cross-entropy against `1 − smoothing` of the label and `smoothing` spread evenly over all
/// classes, over the positions whose label is not `ignoreIndex`: a scalar.
///
/// As PyTorch's `cross_entropy` with `label_smoothing`, except that no counted position gives 0 instead of
/// not-a-number. Szegedy et al., "Rethinking the Inception architecture for computer vision", CVPR 2016,
/// section 7.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`. `smoothing` is 0 … 1.
public func smoothedCrossEntropy(
  logits: Tensor, labels: Tensor, smoothing: Float = 0.1, ignoreIndex: Int = 255
) -> Tensor {
  let name = "smoothedCrossEntropy"
  let ids = LabelIDs(name, logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  return pixelLoss(name, logits, ids) { scores, classes in
    PixelTerm(
      value: -(1 - smoothing) * scores.label - smoothing * scores.mean, slope: 1, own: 1 - smoothing,
      even: smoothing / classes)
  }
}
