extension Tensor {
  /// The index of the first largest value along `axis`, which goes away; not differentiable. NaN wins.
  ///
  /// - Precondition: the axis is not empty and holds at most 2²⁴ values, which `Float` counts exactly.
  public func argmax(axis: Int) -> Tensor {
    let axis = shape.normalized(axis: axis, operation: "argmax")
    let (count, inner) = (shape[axis], shape[(axis + 1)...].reduce(1, *))
    precondition(count >= 1 && count <= 1 << 24, "argmax: axis \(axis) of \(shape) has \(count) values")
    var target = shape
    target.extents.remove(at: axis)
    let (input, output) = (storage, Storage(count: target.elementCount))
    Parallel.forEachRange(output.count, grain: max(1, Elementwise.grain / count)) { range in
      for index in range {
        let (outer, column) = index.quotientAndRemainder(dividingBy: inner)
        let x = UnsafePointer(input.base) + outer * count * inner + column
        var (best, position) = (x[0], 0)
        for candidate in 1..<max(count, 1) where !(x[candidate * inner] <= best) && !best.isNaN {
          (best, position) = (x[candidate * inner], candidate)
        }
        output.base[index] = Float(position)
      }
    }
    return Tensor(shape: target, storage: output)
  }
}
