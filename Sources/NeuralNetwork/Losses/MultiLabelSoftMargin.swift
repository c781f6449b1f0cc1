public import Autograd
import Foundation

/// The mean binary cross-entropy of independent labels: a scalar.
///
/// `mean over images and classes of y·softplus(−z) + (1−y)·softplus(z)`, as PyTorch's
/// `multilabel_soft_margin_loss`. Gradient: `(σ(z) − y) / count`.
///
/// Both tensors are `[batch, classes]`; labels are 0 … 1 and constant.
public func multiLabelSoftMargin(logits: Tensor, labels: Tensor) -> Tensor {
  precondition(
    logits.shape == labels.shape,
    "multiLabelSoftMargin: logits \(logits.shape) and labels \(labels.shape) differ in shape")
  let (values, targets) = (logits.detached(), labels.detached())
  let count = max(values.count, 1)
  var sum = 0.0
  values.withSpan { values in
    targets.withSpan { targets in
      for index in values.indices {
        let z = Double(values[index])
        sum += max(z, 0) - Double(targets[index]) * z + log1p(exp(-abs(z)))
      }
    }
  }
  return Tensor(Float(sum / Double(count))).recorded("multiLabelSoftMargin", from: logits) { gradient in
    let factor = gradient.scalar / Float(count)
    return Tensor(shape: values.shape) { out in
      values.withSpan { values in
        targets.withSpan { targets in
          for index in values.indices {
            let sigmoid = 1 / (1 + exp(-Double(values[index])))
            out[index] = factor * Float(sigmoid - Double(targets[index]))
          }
        }
      }
    }
  }
}
