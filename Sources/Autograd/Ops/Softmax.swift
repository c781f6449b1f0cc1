extension Tensor {
  /// `eˣ` divided by its sum along `axis`.
  public func softmax(axis: Int = -1) -> Tensor {
    alongLastAxis(shape.normalized(axis: axis, operation: "softmax")) { $0.softmaxOfRows() }
  }

  private func softmaxOfRows() -> Tensor {
    let output = mappingRows(width: shape.last ?? 1, shape: shape) { x, _, y, count in
      let offset = SoftmaxRow.maximum(x, count)
      var all = Vector.zero
      SoftmaxRow.forEachVector(count) { index in
        let value = VectorMath.exp(Vector(at: x + index) - offset)
        value.store(to: y + index)
        all += value
      } tail: { index, rest in
        let value = VectorMath.exp(Vector(at: x + index, count: rest, padding: -.infinity) - offset)
        value.store(to: y + index, count: rest)
        all += value
      }
      let scale = 1 / all.total
      SoftmaxRow.forEachVector(count) {
        (Vector(at: y + $0) * scale).store(to: y + $0)
      } tail: {
        (Vector(at: y + $0) * scale).store(to: y + $0, count: $1)
      }
    }
    return output.recorded("softmax", from: self) { $0.softmaxGradient(output) }
  }

  /// `y (g − Σ g y)` for each row, where this tensor is g.
  private func softmaxGradient(_ output: Tensor) -> Tensor {
    mappingRows(with: output, width: shape.last ?? 1, shape: shape) { g, y, out, count in
      var all = Vector.zero
      SoftmaxRow.forEachVector(count) {
        all.addProduct(Vector(at: g + $0), Vector(at: y + $0))
      } tail: {
        all.addProduct(Vector(at: g + $0, count: $1), Vector(at: y + $0, count: $1))
      }
      let mean = all.total
      SoftmaxRow.forEachVector(count) {
        (Vector(at: y + $0) * (Vector(at: g + $0) - mean)).store(to: out + $0)
      } tail: {
        (Vector(at: y + $0) * (Vector(at: g + $0) - mean)).store(to: out + $0, count: $1)
      }
    }
  }
}
