extension Tensor {
  /// `x − ln Σ eˣ` along `axis`: the logarithm of `softmax`, exact where that rounds to 0.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    alongLastAxis(shape.normalized(axis: axis, operation: "logSoftmax")) { $0.logSoftmaxOfRows() }
  }

  private func logSoftmaxOfRows() -> Tensor {
    let output = mappingRows(width: shape.last ?? 1, shape: shape) { x, _, y, count in
      let (offset, logarithm) = SoftmaxRow.logarithmOfSum(x, count)
      SoftmaxRow.forEachVector(count) { index, count in
        (Vector(at: x + index) - offset - logarithm).store(to: y + index, count: count)
      }
    }
    return output.recorded("logSoftmax", from: self) { $0.logSoftmaxGradient(output) }
  }

  /// `g − eʸ Σ g` for each row, where this tensor is g.
  private func logSoftmaxGradient(_ output: Tensor) -> Tensor {
    mappingRows(with: output, width: shape.last ?? 1, shape: shape) { g, y, out, count in
      var all = Vector.zero
      SoftmaxRow.forEachVector(count) { index, count in all += Vector(at: g + index, count: count) }
      let total = all.total
      SoftmaxRow.forEachVector(count) { index, count in
        (Vector(at: g + index) - VectorMath.exp(Vector(at: y + index)) * total)
          .store(to: out + index, count: count)
      }
    }
  }
}
