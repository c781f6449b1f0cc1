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

/// `x·weightᵀ + bias` over the last axis, and its gradients.
struct LinearProduct: Sendable {
  let inputShape: Shape
  let rows: Int
  let inputs: Int
  let outputs: Int
  /// What the pullback needs, where it is wanted.
  private let kept: (input: Tensor?, weight: Tensor?)
  private let isBiasTracked: Bool
  let work: Work

  /// - Precondition: the last axis has the weight's `in`, and the bias has `out` values.
  init(_ operation: String, _ x: Tensor, _ weight: Tensor, bias: Tensor?) {
    precondition(
      x.rank >= 1 && weight.rank == 2 && x.shape[x.rank - 1] == weight.shape[1],
      "\(operation): the input \(x.shape) does not end in the second extent of the weight \(weight.shape)")
    precondition(
      bias.map { $0.shape == [weight.shape[0]] } ?? true,
      "\(operation): the bias \(bias?.shape ?? []) must hold one value per output of the weight "
        + "\(weight.shape)")
    (inputs, outputs) = (weight.shape[1], weight.shape[0])
    inputShape = x.shape
    // Counted without the inputs, of which there may be none.
    rows = x.shape.dropLast().reduce(1, *)
    kept = (weight.isTracked ? x.detached() : nil, x.isTracked ? weight.detached() : nil)
    isBiasTracked = bias?.isTracked ?? false
    work = Work.product(rows * inputs * outputs, of: x, weight)
  }

  /// The output; `finish` may change values while they are in the cache.
  func forward(_ x: Tensor, _ weight: Tensor, bias: Tensor?, finish: ProductFinish? = nil) -> Tensor {
    Tensor(shape: Shape(inputShape.dropLast() + [outputs])) { (out: SharedPointer<Float>) in
      let columns = weight.packed(.linear(inputs: inputs, outputs: outputs)) {
        [
          PackedColumns(
            blockDepth: inputs, columns: outputs, [MatrixView($0, stride: inputs, transposed: true)])
        ]
      }
      x.withPointer {
        RowProduct(
          grid: .matrix(rows: rows, sourceStride: inputs, targetStride: outputs), depth: inputs,
          columns: columns[0], bias: bias?.detached(), finish: finish
        ).run($0, into: out)
      }
    }
  }

  /// The gradients of the input, the weight and, if there is one, the bias; `finish` may change those of the
  /// input while they are in the cache.
  func gradients(_ gradient: Tensor, finish: ProductFinish? = nil) -> [Tensor?] {
    let input = kept.weight.map {
      Matrix.multiply(
        rows: rows, columns: inputs, depth: outputs, gradient, $0, finish: finish, shape: inputShape)
    }
    guard let x = kept.input else {
      return [input, nil, isBiasTracked ? gradient.summedOverRows(columns: outputs) : nil]
    }
    let (weight, bias) = weightAndBiasGradients(gradient, x)
    return [input, weight, isBiasTracked ? bias : nil]
  }

  /// The bias's gradient is a sum over rows of the product's left operand, made while that is in the cache.
  private func weightAndBiasGradients(_ gradient: Tensor, _ x: Tensor) -> (weight: Tensor, bias: Tensor) {
    guard inputs > 0 else { return (.zeros([outputs, 0]), gradient.summedOverRows(columns: outputs)) }
    let sums = Storage(count: outputs)
    let weight = Tensor(shape: [outputs, inputs]) { (out: SharedPointer<Float>) in
      gradient.withPointer { gradient in
        x.withPointer {
          GEMM.multiplyTransposed(
            rows: outputs, columns: inputs, depth: rows, MatrixView(gradient, stride: outputs),
            MatrixView($0, stride: inputs), sums: SharedPointer(sums.base), into: out.pointer, stride: inputs)
        }
      }
    }
    return (weight, Tensor(shape: [outputs], storage: sums))
  }
}
