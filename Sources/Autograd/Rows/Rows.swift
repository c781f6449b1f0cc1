extension Tensor {
  /// Applies a function to the rows of the last axis on all cores: to those of this tensor and of `second`,
  /// for a new tensor with one row, or one value, for each.
  func mappingRows<Function: RowFunction>(_: Function.Type, with second: Tensor? = nil) -> Tensor {
    let length = shape.last ?? 1
    let rows = shape.dropLast().reduce(1, *)
    let width = Function.isReduction ? 1 : length
    let (first, other, output) = (storage, second?.storage, Storage(count: rows * width))
    Parallel.forEachRange(rows, grain: max(1, Elementwise.grain / max(length, 1))) { range in
      var row = range.lowerBound
      if length <= SixteenRows.longest, range.count >= SixteenRows.rows {
        withScratch(SixteenRows.scratchCount) { scratch in
          while row + SixteenRows.rows <= range.upperBound {
            let group = SixteenRows(
              first.base + row * length, other.map { UnsafePointer($0.base + row * length) },
              output.base + row * width, count: length, scratch: scratch)
            Function.apply(group)
            if !Function.isReduction { group.finish() }
            row += SixteenRows.rows
          }
        }
      }
      for row in row..<range.upperBound {
        Function.apply(
          OneRow(
            x: first.base + row * length, other: (other ?? first).base + row * length,
            y: output.base + row * width, count: length))
      }
    }
    return Tensor(shape: Function.isReduction ? Shape(shape.dropLast()) : shape, storage: output)
  }

  /// Applies `operation`, which works along the last axis, along `axis`.
  func alongLastAxis(_ axis: Int, _ operation: (Tensor) -> Tensor) -> Tensor {
    guard axis != rank - 1 else { return operation(self) }
    var order = Array(0..<rank)
    order.swapAt(axis, rank - 1)
    return operation(permuted(order)).permuted(order)
  }
}
