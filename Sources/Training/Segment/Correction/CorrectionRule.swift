import Autograd

/// Which labels of memorised classes give way to the network's own class (Liu et al., ADELE, CVPR 2022).
///
/// A pixel is corrected where its label's class is memorised, the network's probability of its own class is
/// above `confidence`, and the image holds that class, which the background always is. Ignored pixels stay.
struct CorrectionRule {
  /// Whether each class, the background first, is memorised.
  let isMemorized: [Bool]
  let confidence: Float

  /// The corrected labels `[batch, height, width]` of `masks`; `probabilities` are `[batch, height, width,
  /// classes]`, and `held` says `[batch, classes - 1]` which classes but the background an image holds.
  func labels(_ masks: Tensor, probabilities: Tensor, held: Tensor) -> Tensor {
    let (classes, pixels) = (probabilities.shape[3], masks.shape[1] * masks.shape[2])
    let best = probabilities.argmax(axis: 3)
    return Tensor(shape: masks.shape) { out in
      masks.withSpan { masks in
        best.withSpan { best in
          probabilities.withSpan { probabilities in
            held.withSpan { held in
              for position in masks.indices {
                let (label, own) = (Int(masks[position]), Int(best[position]))
                let isHeld = own == 0 || held[position / pixels * (classes - 1) + own - 1] > 0
                let isSure = probabilities[position * classes + own] > confidence
                let isCorrected = label != 255 && isMemorized[label] && isHeld && isSure
                out[position] = isCorrected ? Float(own) : masks[position]
              }
            }
          }
        }
      }
    }
  }
}
