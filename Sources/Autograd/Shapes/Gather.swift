extension Tensor {
  /// The values at `indices` of `axis`, in that order; an index may occur more than once.
  ///
  /// - Precondition: the indices lie within the axis.
  public func gathered(_ indices: [Int], axis: Int) -> Tensor {
    let axis = shape.normalized(axis: axis, operation: "gather")
    let extent = shape[axis]
    precondition(
      indices.allSatisfy { 0 <= $0 && $0 < extent },
      "gather: an index lies outside axis \(axis) of \(shape)")
    var target = shape
    target[axis] = indices.count
    let inner = shape[(axis + 1)...].reduce(1, *)
    let (input, output) = (storage, Storage(count: target.elementCount))
    let rows = shape[..<axis].reduce(1, *) * indices.count
    Parallel.forEachRange(rows, grain: max(1, Elementwise.grain / max(inner, 1))) { range in
      for row in range {
        let (outer, position) = row.quotientAndRemainder(dividingBy: indices.count)
        (output.base + row * inner).update(
          from: input.base + (outer * extent + indices[position]) * inner, count: inner)
      }
    }
    let shape = shape
    return Tensor(shape: target, storage: output).recorded("gather", from: self) { gradient in
      Tensor.zeros(shape).scatteringAdd(gradient, at: indices, axis: axis)
    }
  }
}
