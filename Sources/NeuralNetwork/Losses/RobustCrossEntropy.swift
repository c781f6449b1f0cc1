public import Autograd
import Foundation

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

/// The mean cross-entropy over the `kept` share of the batch's positions that have the lowest one: a scalar.
///
/// Positions whose label the network contradicts most are left out, since it learns clean labels before wrong
/// ones (Han et al., "Co-teaching", NeurIPS 2018). ⌈kept · count⌉ positions are counted; of equal ones at the
/// border, the first.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`. `kept` is above 0 and at most 1.
public func trimmedCrossEntropy(
  logits: Tensor, labels: Tensor, kept: Float = 0.8, ignoreIndex: Int = 255
) -> Tensor {
  precondition(kept > 0 && kept <= 1, "trimmedCrossEntropy: the kept share is \(kept)")
  let name = "trimmedCrossEntropy"
  var ids = LabelIDs(name, logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  let losses = logits.detached().pixelRows(ids, valuesPerRow: 1) { row, label, out in
    out[0] = -row.scores(label: label).0.label
  }.scalars
  let counted = ids.ids.indices.filter { ids.ids[$0] >= 0 }
  let limit = Int((Double(counted.count) * Double(kept)).rounded(.up))
  if limit < counted.count, limit > 0 {
    let border = counted.map { losses[$0] }.sorted()[limit - 1]
    var room = limit - counted.count { losses[$0] < border }
    for position in counted where losses[position] >= border {
      if losses[position] == border, room > 0 {
        room -= 1
      } else {
        ids.ids[position] = -1
      }
    }
  }
  return pixelLoss(name, logits, ids) { scores, _ in
    PixelTerm(value: -scores.label, slope: 1, own: 1)
  }
}

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
