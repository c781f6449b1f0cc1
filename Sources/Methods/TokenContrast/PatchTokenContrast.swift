public import Autograd

/// Draws tokens of the same label together and pushes those of different labels apart: a scalar.
///
/// With `s_ij` the absolute cosine of tokens i and j of one image, P the pairs of equal labels (background
/// included) and N those of different labels, over the whole batch and without pairs of a token with itself:
///
///     L = ½ (1 − Σ_P s_ij / (|P| + 1)) + ½ Σ_N s_ij / (|N| + 1)
///
/// Ru, Zheng, Zhan, Du: Token Contrast for Weakly-Supervised Semantic Segmentation, CVPR 2023, equation 3.
///
/// `tokens` are `[batch, height, width, channels]`; `labels` are `[batch, height, width]`: a class id, 0 for
/// background, or `ignoreIndex`, whose pairs do not count.
public func patchTokenContrast(tokens: Tensor, labels: Tensor, ignoreIndex: Int = 255) -> Tensor {
  precondition(
    tokens.rank == 4 && labels.shape.extents == Array(tokens.shape.dropLast()),
    "patchTokenContrast: labels \(labels.shape) do not have the leading axes of the tokens \(tokens.shape)")
  let (batch, count) = (tokens.shape[0], tokens.shape[1] * tokens.shape[2])
  let units = tokens.reshaped(to: [batch, count, tokens.shape[3]]).l2Normalized()
  let similarities = units.matmul(units, transposingOther: true).absoluteValue()
  let weights = pairWeights(labels, batch: batch, count: count, ignored: Float(ignoreIndex))
  return (similarities * weights).sum() + 0.5
}

/// What the similarity of each pair counts in the loss, `[batch, count, count]`.
private func pairWeights(_ labels: Tensor, batch: Int, count: Int, ignored: Float) -> Tensor {
  labels.withSpan { labels in
    // Pairs are counted through how often each label occurs: n tokens make n (n − 1) ordered pairs.
    var (equal, all) = (0, 0)
    for image in 0..<batch {
      var occurrences: [Float: Int] = [:]
      for token in image * count..<(image + 1) * count where labels[token] != ignored {
        occurrences[labels[token], default: 0] += 1
      }
      let total = occurrences.values.reduce(0, +)
      equal += occurrences.values.reduce(0) { $0 + $1 * ($1 - 1) }
      all += total * (total - 1)
    }
    let attraction = Float(-0.5 / Double(equal + 1))
    let repulsion = Float(0.5 / Double(all - equal + 1))
    return Tensor(shape: [batch, count, count]) { out in
      for image in 0..<batch {
        for first in 0..<count {
          let own = labels[image * count + first]
          let row = (image * count + first) * count
          for second in 0..<count {
            let other = labels[image * count + second]
            out[row + second] =
              own == ignored || other == ignored || first == second
              ? 0 : own == other ? attraction : repulsion
          }
        }
      }
    }
  }
}
