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

extension Tensor {
  /// The values with `widths[axis]` more in front of and behind each axis, all equal to `value`.
  ///
  /// - Precondition: there is one pair of non-negative widths for each axis.
  public func padded(_ widths: [(Int, Int)], with value: Float = 0) -> Tensor {
    precondition(
      widths.count == rank && widths.allSatisfy { $0.0 >= 0 && $0.1 >= 0 },
      "pad: \(widths) are not widths for the axes of \(shape)")
    let target = Shape(zip(shape, widths).map { $0 + $1.0 + $1.1 })
    let strides = target.strides
    let output = Tensor(repeating: value, shape: target)
    StridedCopy(
      shape, from: .init(strides: shape.strides),
      to: .init(offset: zip(strides, widths).reduce(0) { $0 + $1.0 * $1.1.0 }, strides: strides)
    ).run(from: storage, to: output.storage)
    let shape = shape
    return output.recorded("pad", from: self) { gradient in
      shape.indices.reduce(gradient) { part, axis in
        part.slice(axis: axis, widths[axis].0..<(widths[axis].0 + shape[axis]))
      }
    }
  }
}
