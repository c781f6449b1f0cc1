extension Tensor {
  /// The values with their axes reordered: axis `i` of the result is axis `axes[i]` of this tensor.
  ///
  /// - Precondition: each axis occurs exactly once.
  public func permuted(_ axes: [Int]) -> Tensor {
    let axes = axes.map { shape.normalized(axis: $0, operation: "permute") }
    precondition(
      axes.sorted() == Array(0..<rank), "permute: \(axes) is not an order of the axes of \(shape)")
    let target = Shape(axes.map { shape[$0] })
    let strides = shape.strides
    let output = Storage(count: count)
    StridedCopy(target, from: .init(strides: axes.map { strides[$0] }), to: .init(strides: target.strides))
      .run(from: storage, to: output)
    var inverse = axes
    for (position, axis) in axes.enumerated() { inverse[axis] = position }
    return Tensor(shape: target, storage: output).recorded("permute", from: self) { [inverse] gradient in
      gradient.permuted(inverse)
    }
  }
}
