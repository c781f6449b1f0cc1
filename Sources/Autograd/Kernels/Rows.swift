extension Tensor {
  /// Calls `body` for the rows of the last axis on all cores, with pointers into this tensor, into `second`
  /// and into a new tensor of `width` values per row, which it returns.
  @inline(__always)
  func mappingRows(
    with second: Tensor? = nil, width: Int, shape target: Shape,
    _ body:
      @Sendable (
        _ x: UnsafePointer<Float>, _ second: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
        _ count: Int
      ) -> Void
  ) -> Tensor {
    let length = shape.last ?? 1
    let rows = shape.dropLast().reduce(1, *)
    let (first, second, output) = (storage, (second ?? self).storage, Storage(count: rows * width))
    Parallel.forEachRange(rows, grain: max(1, Elementwise.grain / max(length, 1))) { range in
      for row in range {
        body(
          UnsafePointer(first.base) + row * length, UnsafePointer(second.base) + row * length,
          output.base + row * width, length)
      }
    }
    return Tensor(shape: target, storage: output)
  }

  /// Applies `operation`, which works along the last axis, along `axis`.
  func alongLastAxis(_ axis: Int, _ operation: (Tensor) -> Tensor) -> Tensor {
    guard axis != rank - 1 else { return operation(self) }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    return operation(permuted(order)).permuted(order)
  }
}
