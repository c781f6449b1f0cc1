extension Tensor {
  /// The values repeated along new axes and along axes of extent 1, as in NumPy's `broadcast_to`.
  ///
  /// - Precondition: `target` can be reached by stretching.
  public func stretched(to target: Shape) -> Tensor {
    let shape = shape
    return Elementwise.stretch(self, to: target).recorded("stretch", from: self) { $0.summed(to: shape) }
  }
}
