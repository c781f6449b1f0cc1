extension Tensor {
  /// The values of several tensors, one behind the other along `axis`.
  ///
  /// - Precondition: there is at least one tensor, and all extents but that of `axis` are equal.
  public static func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    precondition(!tensors.isEmpty, "concatenate: there is no tensor")
    var target = tensors[0].shape
    let axis = target.normalized(axis: axis, operation: "concatenate")
    for tensor in tensors.dropFirst() {
      var matched = tensor.shape
      if matched.rank == target.rank { matched[axis] = target[axis] }
      precondition(
        matched == target,
        "concatenate: the shapes \(tensors.map(\.shape)) differ in more than axis \(axis)")
      target[axis] += tensor.shape[axis]
    }
    let strides = target.strides
    let output = Storage(count: target.elementCount)
    var ranges: [Range<Int>] = []
    for tensor in tensors {
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + tensor.shape[axis])
      StridedCopy(
        tensor.shape, from: .init(strides: tensor.shape.strides),
        to: .init(offset: start * strides[axis], strides: strides)
      ).run(from: tensor.storage, to: output)
    }
    let (parts, isTracked) = (ranges, tensors.map(\.isTracked))
    return Tensor(shape: target, storage: output).recorded("concatenate", from: tensors) { gradient in
      zip(parts, isTracked).map { $1 ? gradient.slice(axis: axis, $0) : nil }
    }
  }
}
