extension Tensor {
  /// `x − ln Σ eˣ` along `axis`: the logarithm of `softmax`, exact where that rounds to 0.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    alongLastAxis(shape.normalized(axis: axis, operation: "logSoftmax")) { $0.logSoftmaxOfRows() }
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
