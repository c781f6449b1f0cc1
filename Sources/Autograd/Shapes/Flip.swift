extension Tensor {
  /// The values in reverse order along `axis`.
  public func flipped(axis: Int) -> Tensor {
    let axis = shape.normalized(axis: axis, operation: "flip")
    var strides = shape.strides
    let offset = max(0, shape[axis] - 1) * strides[axis]
    strides[axis].negate()
    let output = Storage(count: count)
    StridedCopy(shape, from: .init(offset: offset, strides: strides), to: .init(strides: shape.strides))
      .run(from: storage, to: output)
    return Tensor(shape: shape, storage: output).recorded("flip", from: self) { $0.flipped(axis: axis) }
  }
}
