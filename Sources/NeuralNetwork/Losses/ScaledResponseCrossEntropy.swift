public import Autograd
import Foundation

/// The cross-entropy of each position, times `exp(−strength · v)`, where v is the variance of its label's
/// share when the logits are multiplied by each of `scales`; the mean over the positions whose label is not
/// `ignoreIndex`: a scalar.
///
/// A label whose share hangs on how wide the responses are spread is uncertain, and counts less. The weight
/// is constant. Li et al., "Uncertainty Estimation via Response Scaling for Pseudo-mask Noise Mitigation",
/// AAAI 2022; there the responses of a network that was trained before are scaled, here those of the network
/// itself.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`. `scales` are positive, `strength` is 0 or more.
public func scaledResponseCrossEntropy(
  logits: Tensor, labels: Tensor, scales: [Float] = [0.5, 0.75, 1, 1.5, 2], strength: Float = 20,
  ignoreIndex: Int = 255
) -> Tensor {
  let name = "scaledResponseCrossEntropy"
  precondition(!scales.isEmpty, "\(name): there are no scales")
  let ids = LabelIDs(name, logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  return pixelLoss(name, logits, ids) { scores, _ in
    let weight = exp(-strength * scores.shareVariance(over: scales))
    return PixelTerm(value: -weight * scores.label, slope: weight, own: weight)
  }
}

extension PixelScores {
  /// The variance of the label's share of `softmax(scale · logits)` over the scales.
  fileprivate func shareVariance(over scales: [Float]) -> Float {
    // Welford's recurrence: this runs for every pixel, where a list of the shares would cost more than they.
    var (mean, squares): (Float, Float) = (0, 0)
    for (index, scale) in scales.enumerated() {
      let share = share(scaledBy: scale)
      let distance = share - mean
      mean += distance / Float(index + 1)
      squares += distance * (share - mean)
    }
    return squares / Float(scales.count)
  }
}
