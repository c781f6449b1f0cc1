public import Autograd

/// The mean of `−log softmax(logits)[label]` over the positions whose label is not `ignoreIndex`: a scalar.
///
/// The sum is divided by the number of counted positions, or by 1 if there are none. As PyTorch's
/// `cross_entropy` with `ignore_index`, except that no counted position gives 0 instead of not-a-number.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`.
public func crossEntropy(logits: Tensor, labels: Tensor, ignoreIndex: Int = 255) -> Tensor {
  let ids = LabelIDs("crossEntropy", logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  let weight = 1 / Float(max(ids.count { $0 >= 0 }, 1))
  return weightedCrossEntropy("crossEntropy", logits, ids, background: weight, foreground: weight)
}

/// Half the mean cross-entropy over background positions plus half that over foreground positions: a scalar.
///
/// Background is label 0. Each mean is `sum / (count + 1e-6)`, so a side without positions contributes
/// nothing. Ru et al., "Token contrast for weakly-supervised semantic segmentation", CVPR 2023.
///
/// `logits` are `[batch, height, width, classes]`, or have any other leading axes; `labels` have those
/// leading axes and hold ids 0 ..< classes or `ignoreIndex`.
public func balancedCrossEntropy(logits: Tensor, labels: Tensor, ignoreIndex: Int = 255) -> Tensor {
  let ids = LabelIDs("balancedCrossEntropy", logits: logits, labels: labels, ignoreIndex: ignoreIndex)
  return weightedCrossEntropy(
    "balancedCrossEntropy", logits, ids,
    background: Float(0.5 / (Double(ids.count { $0 == 0 }) + 1e-6)),
    foreground: Float(0.5 / (Double(ids.count { $0 > 0 }) + 1e-6)))
}

/// The number of positions that one piece of work handles.
private let positionsPerPiece = 1 << 12

/// The sum over positions of `weight[label] · −log softmax(logits)[label]`.
///
/// Backward computes the softmax again, which is cheaper than keeping it in memory.
private func weightedCrossEntropy(
  _ operation: String, _ logits: Tensor, _ ids: LabelIDs, background: Float, foreground: Float
) -> Tensor {
  let values = logits.detached()
  let sums = negativeLogLikelihoods(values, ids)
  let loss = sums.background * Double(background) + sums.foreground * Double(foreground)
  return Tensor(Float(loss)).recorded(operation, from: logits) { gradient in
    let (background, foreground) = (background * gradient.scalar, foreground * gradient.scalar)
    let classes = values.shape[values.rank - 1]
    var result = values.softmax()
    result.mutate { result in
      parallelFill(&result, grain: positionsPerPiece * classes) { part, start in
        for row in stride(from: 0, to: part.count, by: classes) {
          let id = Int(ids.ids[(start + row) / classes])
          let weight = id < 0 ? 0 : id == 0 ? background : foreground
          // Written, not multiplied, because an ignored position may hold infinities.
          for index in row..<row + classes { part[index] = weight == 0 ? 0 : weight * part[index] }
          if id >= 0 { part[row + id] -= weight }
        }
      }
    }
    return result
  }
}

/// The sums of `−log softmax(values)[label]` over the background and over the foreground positions.
private func negativeLogLikelihoods(
  _ values: Tensor, _ ids: LabelIDs
) -> (background: Double, foreground: Double) {
  let classes = values.shape[values.rank - 1]
  let positions = ids.ids.count
  let normalizers = values.logSumExp()
  let pieces = (positions + positionsPerPiece - 1) / positionsPerPiece
  let sums = Tensor(shape: [pieces, 2]) { out in
    parallelFill(&out, grain: 2) { part, start in
      let first = start / 2 * positionsPerPiece
      var (background, foreground) = (0.0, 0.0)
      values.withSpan { values in
        normalizers.withSpan { normalizers in
          for position in first..<min(first + positionsPerPiece, positions) {
            let id = Int(ids.ids[position])
            guard id >= 0 else { continue }
            let term = Double(normalizers[position]) - Double(values[position * classes + id])
            if id == 0 { background += term } else { foreground += term }
          }
        }
      }
      part[0] = Float(background)
      part[1] = Float(foreground)
    }
  }.scalars
  return stride(from: 0, to: sums.count, by: 2).reduce((0.0, 0.0)) {
    ($0.0 + Double(sums[$1]), $0.1 + Double(sums[$1 + 1]))
  }
}
