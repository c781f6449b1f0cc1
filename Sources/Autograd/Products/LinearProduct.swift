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
    rows = x.count / max(inputs, 1)
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
          lattice: .matrix(rows: rows, sourceStride: inputs, targetStride: outputs), depth: inputs,
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
