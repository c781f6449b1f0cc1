extension Tensor {
  /// The values at `range` of `axis`.
  ///
  /// - Precondition: the range lies within the axis.
  public func slice(axis: Int, _ range: Range<Int>) -> Tensor {
    let axis = shape.normalized(axis: axis, operation: "slice")
    let extent = shape[axis]
    precondition(
      0 <= range.lowerBound && range.upperBound <= extent,
      "slice: \(range) lies outside axis \(axis) of \(shape)")
    var target = shape
    target[axis] = range.count
    let strides = shape.strides
    let output = Storage(count: target.elementCount)
    StridedCopy(
      target, from: .init(offset: range.lowerBound * strides[axis], strides: strides),
      to: .init(strides: target.strides)
    ).run(from: storage, to: output)
    return Tensor(shape: target, storage: output).recorded("slice", from: self) { gradient in
      var widths = [(Int, Int)](repeating: (0, 0), count: gradient.rank)
      widths[axis] = (range.lowerBound, extent - range.upperBound)
      return gradient.padded(widths)
    }
  }
}
