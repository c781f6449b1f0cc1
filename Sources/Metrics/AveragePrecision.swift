import Autograd

/// The area under the precision-recall curve as a sum of steps, 0 to 1; `nil` if no label is true.
///
/// AP = Σ (Rₙ − Rₙ₋₁) Pₙ over the distinct scores from high to low, so equal scores are one step:
/// scikit-learn's `average_precision_score`. No interpolation between the points.
///
/// - Precondition: there are as many scores as labels, and no score is NaN.
public func averagePrecision<Score: BinaryFloatingPoint>(scores: [Score], labels: [Bool]) -> Double? {
  precondition(
    scores.count == labels.count,
    "averagePrecision: \(scores.count) scores and \(labels.count) labels do not pair up")
  precondition(!scores.contains(where: \.isNaN), "averagePrecision: a score is NaN")
  let positives = labels.count(where: { $0 })
  guard positives > 0 else { return nil }
  let order = scores.indices.sorted { scores[$0] > scores[$1] }
  var (found, foundBefore, sum) = (0, 0, 0.0)
  for (rank, index) in order.enumerated() {
    if labels[index] { found += 1 }
    let isLastOfItsScore = rank + 1 == order.count || scores[order[rank + 1]] != scores[index]
    if isLastOfItsScore {
      sum += Double(found - foundBefore) / Double(positives) * Double(found) / Double(rank + 1)
      foundBefore = found
    }
  }
  return sum
}

/// The mean average precision over the classes that have a positive, 0 to 1; `nil` if there is none.
///
/// `scores` and `labels` hold one row per picture with one entry per class.
///
/// - Precondition: there are as many rows of both, all of one length, and no score is NaN.
public func meanAveragePrecision<Score: BinaryFloatingPoint>(
  scores: [[Score]], labels: [[Bool]]
) -> Double? {
  precondition(
    scores.count == labels.count,
    "meanAveragePrecision: \(scores.count) rows of scores and \(labels.count) of labels do not pair up")
  let classes = labels.first?.count ?? 0
  let values = (0..<classes).map { index in
    averagePrecision(scores: scores.map { $0[index] }, labels: labels.map { $0[index] })
  }
  let mean = mean(values)
  return mean.isNaN ? nil : mean
}
