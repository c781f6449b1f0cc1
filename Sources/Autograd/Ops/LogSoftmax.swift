extension Tensor {
  /// `x − ln Σ eˣ` along `axis`: the logarithm of `softmax`, exact where that rounds to 0.
  public func logSoftmax(axis: Int = -1) -> Tensor {
    alongLastAxis(shape.normalized(axis: axis, operation: "logSoftmax")) { $0.logSoftmaxOfRows() }
  }

  private func logSoftmaxOfRows() -> Tensor {
    let output = mappingRows(width: shape.last ?? 1, shape: shape) { x, _, y, count in
      let (offset, sum) = SoftmaxRow.exponentialSum(x, count)
      let logarithm = VectorMath.log(Vector(repeating: sum))[0]
      SoftmaxRow.forEachVector(count) {
        (Vector(at: x + $0) - offset - logarithm).store(to: y + $0)
      } tail: {
        (Vector(at: x + $0) - offset - logarithm).store(to: y + $0, count: $1)
      }
    }
    return output.recorded("logSoftmax", from: self) { $0.logSoftmaxGradient(output) }
  }

  /// `g − eʸ Σ g` for each row, where this tensor is g.
  private func logSoftmaxGradient(_ output: Tensor) -> Tensor {
    mappingRows(with: output, width: shape.last ?? 1, shape: shape) { g, y, out, count in
      var all = Vector.zero
      SoftmaxRow.forEachVector(count) {
        all += Vector(at: g + $0)
      } tail: {
        all += Vector(at: g + $0, count: $1)
      }
      let total = all.total
      SoftmaxRow.forEachVector(count) {
        (Vector(at: g + $0) - VectorMath.exp(Vector(at: y + $0)) * total).store(to: out + $0)
      } tail: {
        (Vector(at: g + $0) - VectorMath.exp(Vector(at: y + $0)) * total).store(to: out + $0, count: $1)
      }
    }
  }
}
