import Autograd
import Foundation

/// What a position's classes have of `log softmax(logits)`.
struct PixelScores {
  /// That of the label.
  let label: Float
  /// The greatest one.
  let best: Float
  /// The mean over the classes.
  let mean: Float
  /// What they are computed from.
  let row: PixelRow
  let id: Int

  /// The label's share of `softmax(factor · logits)`.
  func share(scaledBy factor: Float) -> Float {
    let own = row.values[id]
    return 1 / row.values.reduce(0) { $0 + exp(factor * ($1 - own)) }
  }
}

/// What a position adds to the loss, and the four numbers that its gradient consists of:
/// `slope · softmax − own` at the label `− guess` at the greatest class `− even` everywhere.
struct PixelTerm {
  var value: Float
  var slope: Float
  var own: Float
  var guess: Float = 0
  var even: Float = 0
}

/// The mean of a term over the counted positions, or 0 if there are none: a scalar.
///
/// Backward computes the softmax and the terms again, which is cheaper than keeping them in memory.
func pixelLoss(
  _ operation: String, _ logits: Tensor, _ ids: LabelIDs,
  _ term: @escaping @Sendable (PixelScores, _ classes: Float) -> PixelTerm
) -> Tensor {
  let values = logits.detached()
  let classes = values.shape[values.rank - 1]
  let weight = 1 / Float(max(ids.count { $0 >= 0 }, 1))
  let terms = values.pixelRows(ids, valuesPerRow: 1) { row, label, out in
    let (scores, _) = row.scores(label: label)
    out[0] = term(scores, Float(classes)).value
  }
  let sum = terms.scalars.reduce(0.0) { $0 + Double($1) }
  return Tensor(Float(sum * Double(weight))).recorded(operation, from: logits) { gradient in
    let weight = weight * gradient.scalar
    return values.pixelRows(ids, valuesPerRow: classes) { row, label, out in
      let (scores, guess) = row.scores(label: label)
      let term = term(scores, Float(classes))
      let normalizer = row.values[label] - scores.label
      for index in 0..<classes {
        out[index] = weight * (term.slope * exp(row.values[index] - normalizer) - term.even)
      }
      out[label] -= weight * term.own
      out[guess] -= weight * term.guess
    }.reshaped(to: values.shape)
  }
}

/// The logits of one position.
struct PixelRow {
  let values: UnsafeBufferPointer<Float>

  /// The scores for a label, and which class has the greatest one (the first of equal ones).
  func scores(label: Int) -> (PixelScores, guess: Int) {
    var guess = 0
    var sum: Float = 0
    for index in values.indices {
      sum += values[index]
      if values[index] > values[guess] { guess = index }
    }
    let top = values[guess]
    let normalizer = top + log(values.reduce(0) { $0 + exp($1 - top) })
    return (
      PixelScores(
        label: values[label] - normalizer, best: top - normalizer,
        mean: sum / Float(values.count) - normalizer, row: self, id: label), guess
    )
  }
}

extension Tensor {
  /// `[positions, valuesPerRow]`, made row by row from the logits of counted positions; 0 for ignored ones.
  func pixelRows(
    _ ids: LabelIDs, valuesPerRow: Int,
    _ body:
      @escaping @Sendable (_ row: PixelRow, _ label: Int, _ out: UnsafeMutableBufferPointer<Float>) ->
      Void
  ) -> Tensor {
    let classes = shape[rank - 1]
    return Tensor(shape: [ids.ids.count, valuesPerRow]) { out in
      parallelFill(&out, grain: (1 << 12) * valuesPerRow) { part, start in
        part.withUnsafeMutableBufferPointer { part in
          self.withSpan { values in
            values.withUnsafeBufferPointer { values in
              for row in stride(from: 0, to: part.count, by: valuesPerRow) {
                let position = (start + row) / valuesPerRow
                let target = UnsafeMutableBufferPointer(rebasing: part[row..<row + valuesPerRow])
                guard ids.ids[position] >= 0 else {
                  target.update(repeating: 0)
                  continue
                }
                let logits = values[position * classes..<(position + 1) * classes]
                body(
                  PixelRow(values: UnsafeBufferPointer(rebasing: logits)), Int(ids.ids[position]), target)
              }
            }
          }
        }
      }
    }
  }
}

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
        let label = values[index]
        if label == Float(ignoreIndex) { return -1 }
        guard let id = Int32(exactly: label), id >= 0, id < Int32(classes) else {
          preconditionFailure(
            "\(operation): label \(label) is neither one of \(classes) classes nor \(ignoreIndex)")
        }
        return id
      }
    }
  }

  func count(_ isCounted: (Int32) -> Bool) -> Int {
    ids.reduce(0) { $0 + (isCounted($1) ? 1 : 0) }
  }
}
