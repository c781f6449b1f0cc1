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

extension Tensor {
  /// These values with slice `i` of `updates` added at index `indices[i]` of `axis`.
  ///
  /// An index may occur more than once; its updates are added in order.
  ///
  /// - Precondition: `updates` has this shape but for `indices.count` entries along `axis`, and the indices
  ///   lie within the axis.
  public func scatteringAdd(_ updates: Tensor, at indices: [Int], axis: Int) -> Tensor {
    let axis = shape.normalized(axis: axis, operation: "scatteringAdd")
    let extent = shape[axis]
    var expected = shape
    expected[axis] = indices.count
    precondition(
      updates.shape == expected,
      "scatteringAdd: the updates \(updates.shape) for \(shape) must have the shape \(expected)")
    precondition(
      indices.allSatisfy { 0 <= $0 && $0 < extent },
      "scatteringAdd: an index lies outside axis \(axis) of \(shape)")
    let (input, output) = (updates.storage, Storage(count: count))
    output.base.update(from: storage.base, count: count)
    let inner = shape[(axis + 1)...].reduce(1, *)
    Parallel.forEach(shape[..<axis].reduce(1, *)) { outer in
      for (position, index) in indices.enumerated() {
        let x = UnsafePointer(input.base) + (outer * indices.count + position) * inner
        let y = output.base + (outer * extent + index) * inner
        for column in 0..<inner { y[column] += x[column] }
      }
    }
    return Tensor(shape: shape, storage: output).recorded(
      "scatteringAdd", from: self, updates,
      pullbacks: { $0 }, { $0.gathered(indices, axis: axis) })
  }
}
