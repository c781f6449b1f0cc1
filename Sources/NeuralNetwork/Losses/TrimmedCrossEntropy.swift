public import Autograd
import Foundation

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
