extension Tensor {
  /// `eˣ` divided by its sum along `axis`; of a scalar, 1.
  public func softmax(axis: Int = -1) -> Tensor {
    if rank == 0 { return reshaped(to: [1]).softmax(axis: axis).reshaped(to: []) }
    return alongLastAxis(shape.normalized(axis: axis, operation: "softmax")) { $0.softmaxOfRows() }
  }

  private func softmaxOfRows() -> Tensor {
    let output = mappingRows(SoftmaxRows.self)
    return output.recorded("softmax", from: self) { gradient in
      gradient.mappingRows(SoftmaxGradientRows.self, with: output)
    }
  }
}

private enum SoftmaxRows: RowFunction {
  @inline(__always) static func apply(_ rows: some RowLanes) {
    let offset = rows.maximum()
    let total = rows.total { sum, index in
      let value = VectorMath.exp(rows.first(index, padding: -.infinity) - offset)
      rows.store(value, at: index)
      sum += value
    }
    let scale = 1 / total
    for index in 0..<rows.vectors { rows.store(rows.result(index) * scale, at: index) }
  }
}

/// `y (g − Σ g y)`, where g are the first rows and y, the results of `SoftmaxRows`, the second.
private enum SoftmaxGradientRows: RowFunction {
  @inline(__always) static func apply(_ rows: some RowLanes) {
    let mean = rows.total { sum, index in sum.addProduct(rows.first(index, padding: 0), rows.second(index)) }
    for index in 0..<rows.vectors {
      rows.store(rows.second(index) * (rows.first(index, padding: 0) - mean), at: index)
    }
  }
}

extension Tensor {
  /// `x − ln Σ eˣ` along `axis`: the logarithm of `softmax`, exact where that rounds to 0.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    if rank == 0 { return reshaped(to: [1]).logSoftmax(axis: axis).reshaped(to: []) }
    return alongLastAxis(shape.normalized(axis: axis, operation: "logSoftmax")) { $0.logSoftmaxOfRows() }
  }

  private func logSoftmaxOfRows() -> Tensor {
    let output = mappingRows(LogSoftmaxRows.self)
    return output.recorded("logSoftmax", from: self) { gradient in
      gradient.mappingRows(LogSoftmaxGradientRows.self, with: output)
    }
  }
}

private enum LogSoftmaxRows: RowFunction {
  @inline(__always) static func apply(_ rows: some RowLanes) {
    let offset = rows.finiteMaximum()
    let logarithm = rows.logarithmOfSum(above: offset)
    for index in 0..<rows.vectors {
      rows.store(rows.first(index, padding: 0) - offset - logarithm, at: index)
    }
  }
}

/// `g − eʸ Σ g`, where g are the first rows and y, the results of `LogSoftmaxRows`, the second.
private enum LogSoftmaxGradientRows: RowFunction {
  @inline(__always) static func apply(_ rows: some RowLanes) {
    let total = rows.total { sum, index in sum += rows.first(index, padding: 0) }
    for index in 0..<rows.vectors {
      rows.store(rows.first(index, padding: 0) - VectorMath.exp(rows.second(index)) * total, at: index)
    }
  }
}

extension Tensor {
  /// `ln Σ eˣ` along `axis`, which goes away; without overflow.
  public func logSumExp(axis: Int = -1) -> Tensor {
    if rank == 0 { return reshaped(to: [1]).logSumExp(axis: axis) }
    let axis = shape.normalized(axis: axis, operation: "logSumExp")
    var order = Array(shape.indices)
    order.append(order.remove(at: axis))
    let input = axis == rank - 1 ? self : permuted(order)
    return input.logSumExpOfRows()
  }

  private func logSumExpOfRows() -> Tensor {
    let output = mappingRows(LogSumExpRows.self)
    let (input, column) = (detached(), Shape(output.shape.extents + [1]))
    return output.recorded("logSumExp", from: self) { gradient in
      (input - output.reshaped(to: column)).exp() * gradient.reshaped(to: column)
    }
  }
}

private enum LogSumExpRows: RowFunction {
  static var isReduction: Bool { true }

  @inline(__always) static func apply(_ rows: some RowLanes) {
    // With an infinite offset, the infinite value itself would be not a number.
    let largest = rows.finiteMaximum()
    let offset = largest.replacing(with: 0, where: largest .== .infinity)
    rows.storeOnly(offset + rows.logarithmOfSum(above: offset))
  }
}
