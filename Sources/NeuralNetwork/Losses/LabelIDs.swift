import Autograd

/// Checked labels: −1 for ignored positions, otherwise the class.
struct LabelIDs: Sendable {
  var ids: [Int32]

  init(_ operation: String, logits: Tensor, labels: Tensor, ignoreIndex: Int) {
    let classes = logits.shape.last ?? 0
    precondition(
      logits.rank >= 1 && Array(logits.shape.dropLast()) == labels.shape.extents,
      "\(operation): labels \(labels.shape) do not have the leading axes of the logits \(logits.shape)")
    ids = labels.withSpan { values in
      values.indices.map { index in
        let id = Int32(values[index])
        if id == Int32(ignoreIndex) { return -1 }
        precondition(
          id >= 0 && id < Int32(classes),
          "\(operation): label \(id) is neither one of \(classes) classes nor \(ignoreIndex)")
        return id
      }
    }
  }

  func count(_ isCounted: (Int32) -> Bool) -> Int {
    ids.reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
  }
}
