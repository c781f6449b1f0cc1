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
    let offset = rows.finiteMaximum()
    rows.storeOnly(offset + rows.logarithmOfSum(above: offset))
  }
}
