extension Tensor {
  /// Adds `other` in place, after copying if anyone else holds the values.
  ///
  /// - Precondition: the shapes are equal.
  mutating func add(_ other: Tensor) {
    let source = other.storage
    mutate { values in
      values.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return }
        let target = SharedPointer(base)
        Parallel.forEachRange(buffer.count, grain: Elementwise.grain) { range in
          let (x, y) = (UnsafePointer(source.base), target.pointer)
          for index in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
            (Vector(at: y + index) + Vector(at: x + index)).store(
              to: y + index, count: range.upperBound - index)
          }
        }
      }
    }
  }
}
