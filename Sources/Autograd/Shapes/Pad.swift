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
