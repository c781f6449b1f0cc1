/// The area under the precision-recall curve as a sum over recall steps, 0 … 1; `nil` without a positive.
///
/// Equal scores are one step, as in scikit-learn's `average_precision_score`.
///
/// - Precondition: there are as many scores as labels.
public func averagePrecision(scores: [Float], labels: [Bool]) -> Double? {
  precondition(
    scores.count == labels.count, "average precision: \(scores.count) scores for \(labels.count) labels")
  let positives = labels.count { $0 }
  guard positives > 0 else { return nil }
  let order = scores.indices.sorted { scores[$0] > scores[$1] }
  var (found, seen, area) = (0, 0, 0.0)
  while seen < order.count {
    let score = scores[order[seen]]
    let before = found
    while seen < order.count, scores[order[seen]] == score {
      if labels[order[seen]] { found += 1 }
      seen += 1
    }
    area += Double(found - before) / Double(positives) * Double(found) / Double(seen)
  }
  return area
}

/// The mean of the classes' average precisions over the classes that have a positive, 0 … 1.
///
/// `scores` and `labels` are one row per image with one entry per class.
///
/// - Precondition: there are as many rows of both, all of one length.
public func meanAveragePrecision(scores: [[Float]], labels: [[Bool]]) -> Double {
  precondition(
    scores.count == labels.count, "mean average precision: \(scores.count) rows for \(labels.count) rows")
  let classes = labels.first?.count ?? 0
  let known = (0..<classes).compactMap { index in
    averagePrecision(scores: scores.map { $0[index] }, labels: labels.map { $0[index] })
  }
  return known.isEmpty ? 0 : known.reduce(0, +) / Double(known.count)
}
