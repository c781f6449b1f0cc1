extension Tensor {
  /// `x·weightᵀ + bias` over the last axis: `[…, in]` → `[…, out]` with a weight of `[out, in]`.
  ///
  /// - Precondition: the last axis has the weight's `in`, and the bias has `out` values.
  public func linear(_ weight: Tensor, bias: Tensor? = nil) -> Tensor {
    precondition(
      rank >= 1 && weight.rank == 2 && shape[rank - 1] == weight.shape[1],
      "linear: the input \(shape) does not end in the second extent of the weight \(weight.shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "linear: the bias \(bias?.shape ?? []) must hold one value per output of the weight \(weight.shape)")
    let (inputs, outputs) = (weight.shape[1], weight.shape[0])
    let rows = count / max(inputs, 1)
    let (x, w) = (detached(), weight.detached())
    let output = Matrix.multiply(
      rows: rows, columns: outputs, depth: inputs, x, w, transposingRight: true, bias: bias?.detached(),
      shape: Shape(shape.dropLast() + [outputs]))
    let isTracked = (input: self.isTracked, weight: weight.isTracked, bias: bias?.isTracked ?? false)
    let kept = (input: isTracked.weight ? x : nil, weight: isTracked.input ? w : nil)
    let inputShape = shape
    let work = Work.product(output.count * inputs, of: self, weight)
    return output.recorded("linear", from: [self, weight] + (bias.map { [$0] } ?? []), work: work) {
      gradient in
      let inputGradient = kept.weight.map {
        Matrix.multiply(rows: rows, columns: inputs, depth: outputs, gradient, $0, shape: inputShape)
      }
      guard let x = kept.input else {
        return [inputGradient, nil, isTracked.bias ? gradient.summedOverRows(columns: outputs) : nil]
      }
      let gradients = gradient.weightAndBiasGradients(x, rows: rows, shape: [outputs, inputs])
      return [inputGradient, gradients.weight, isTracked.bias ? gradients.bias : nil]
    }
  }

  /// The gradients of a weight of `shape` and of its bias from this one, of the output, and the input `x`: the
  /// product's left operand is summed while it is in the cache.
  private func weightAndBiasGradients(_ x: Tensor, rows: Int, shape: Shape) -> (weight: Tensor, bias: Tensor)
  {
    let (outputs, inputs) = (shape[0], shape[1])
    let sums = Storage(count: outputs)
    let weight = Tensor(shape: shape) { (out: SharedPointer<Float>) in
      detached().withPointer { gradient in
        x.withPointer {
          GEMM.multiplyTransposed(
            rows: outputs, columns: inputs, depth: rows, MatrixView(gradient, stride: outputs),
            MatrixView($0, stride: inputs), sums: SharedPointer(sums.base), into: out.pointer, stride: inputs)
        }
      }
    }
    return (weight, Tensor(shape: [outputs], storage: sums))
  }

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
