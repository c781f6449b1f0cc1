extension Tensor {
  /// Creates a tensor whose values `fill` writes through a pointer that several threads may share.
  ///
  /// - Precondition: `fill` writes every value; the memory that it is handed is undefined.
  init(shape: Shape, filling fill: (SharedPointer<Float>) -> Void) {
    let storage = Storage(count: shape.elementCount)
    fill(SharedPointer(storage.base))
    self.init(shape: shape, storage: storage)
  }

  /// Calls `body` with a pointer to the values, valid only during the call.
  func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
    defer { withExtendedLifetime(storage) {} }
    return body(UnsafePointer(storage.base))
  }
}

/// Calls `body` with undefined memory for `count` values, valid only during the call.
func withScratch<Result>(_ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result) -> Result {
  let storage = Storage(count: count)
  defer { withExtendedLifetime(storage) {} }
  return body(storage.base)
}
