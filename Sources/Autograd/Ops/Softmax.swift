extension Tensor {
  /// `eˣ` divided by its sum along `axis`.
  public func softmax(axis: Int = -1) -> Tensor {
    alongLastAxis(shape.normalized(axis: axis, operation: "softmax")) { $0.softmaxOfRows() }
  }

  private func softmaxOfRows() -> Tensor {
    let output = mappingRows(width: shape.last ?? 1, shape: shape) { x, _, y, count in
      let offset = SoftmaxRow.maximum(x, count)
      var all = Vector.zero
      SoftmaxRow.forEachVector(count) { index, count in
        let value = VectorMath.exp(Vector(at: x + index, count: count, padding: -.infinity) - offset)
        value.store(to: y + index, count: count)
        all += value
      }
      let scale = 1 / all.total
      SoftmaxRow.forEachVector(count) { index, count in
        (Vector(at: y + index) * scale).store(to: y + index, count: count)
      }
    }
    return output.recorded("softmax", from: self) { $0.softmaxGradient(output) }
  }

  /// `y (g − Σ g y)` for each row, where this tensor is g.
  private func softmaxGradient(_ output: Tensor) -> Tensor {
    mappingRows(with: output, width: shape.last ?? 1, shape: shape) { g, y, out, count in
      var all = Vector.zero
      SoftmaxRow.forEachVector(count) { index, count in
        all.addProduct(Vector(at: g + index, count: count), Vector(at: y + index, count: count))
      }
      let mean = all.total
      SoftmaxRow.forEachVector(count) { index, count in
        (Vector(at: y + index) * (Vector(at: g + index) - mean)).store(to: out + index, count: count)
      }
    }
  }
}
