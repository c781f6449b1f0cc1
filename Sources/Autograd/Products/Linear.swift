extension Tensor {
  /// `x·weightᵀ + bias` over the last axis: `[…, in]` → `[…, out]` with a weight of `[out, in]`.
  ///
  /// - Precondition: the last axis has the weight's `in`, and the bias has `out` values.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    let product = LinearProduct("linear", self, weight, bias: bias)
    return product.forward(self, weight, bias: bias)
      .recorded("linear", from: [self, weight] + (bias.map { [$0] } ?? []), work: product.work) {
        product.gradients($0)
      }
  }
}

extension Tensor {
  /// The sum of the rows of this tensor seen as a matrix of `columns` columns.
  ///
  /// Blocks of a fixed number of rows are summed side by side and then added in order.
  func summedOverRows(columns: Int) -> Tensor {
    let rows = count / max(columns, 1)
    let block = max(16, (1 << 14) / max(columns, 1))
    let pieces = max(1, (rows + block - 1) / block)
    let input = detached()
    let partial = Tensor(shape: [pieces, columns]) { (out: SharedPointer<Float>) in
      Parallel.forEach(pieces) { piece in
        let sums = out.pointer + piece * columns
        sums.update(repeating: 0, count: columns)
        input.withPointer { values in
          for row in piece * block..<min(rows, (piece + 1) * block) {
            let line = values + row * columns
            for column in 0..<columns { sums[column] += line[column] }
          }
        }
      }
    }
    guard pieces > 1 else { return Tensor(shape: [columns], storage: partial.storage) }
    return Tensor(shape: [columns]) { (out: SharedPointer<Float>) in
      partial.withPointer { values in
        for column in 0..<columns {
          var total = 0.0
          for piece in 0..<pieces { total += Double(values[piece * columns + column]) }
          out.pointer[column] = Float(total)
        }
      }
    }
  }
}
