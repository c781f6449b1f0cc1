extension Tensor {
  /// `eˣ` divided by its sum along `axis`.
  public func softmax(axis: Int = -1) -> Tensor {
    alongLastAxis(shape.normalized(axis: axis, operation: "softmax")) { $0.softmaxOfRows() }
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
