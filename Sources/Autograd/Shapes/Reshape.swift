extension Tensor {
  /// The same values in the same order under other extents, without a copy.
  ///
  /// - Precondition: `target` holds as many values.
  public func reshaped(to target: Shape) -> Tensor {
    precondition(
      target.elementCount == count, "reshape: \(shape) holds \(count) values and cannot become \(target)")
    let shape = shape
    return Tensor(shape: target, storage: storage).recorded("reshape", from: self) { $0.reshaped(to: shape) }
  }
}
