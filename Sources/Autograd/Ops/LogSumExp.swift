extension Tensor {
  /// `ln Σ eˣ` along `axis`, which goes away; without overflow.
  public func logSumExp(axis: Int = -1) -> Tensor {
    let axis = shape.normalized(axis: axis, operation: "logSumExp")
    var order = Array(shape.indices)
    order.append(order.remove(at: axis))
    let input = axis == rank - 1 ? self : permuted(order)
    return input.logSumExpOfRows()
  }

  private func logSumExpOfRows() -> Tensor {
    let target = Shape(shape.dropLast())
    let output = mappingRows(width: 1, shape: target) { x, _, y, count in
      let (offset, logarithm) = SoftmaxRow.logarithmOfSum(x, count)
      y[0] = offset + logarithm
    }
    let (input, column) = (detached(), Shape(target.extents + [1]))
    return output.recorded("logSumExp", from: self) { gradient in
      (input - output.reshaped(to: column)).exp() * gradient.reshaped(to: column)
    }
  }
}
