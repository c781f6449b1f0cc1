/// Products of whole matrices, split over the cores by fixed blocks of rows.
enum Matrix {
  /// `left·right + bias` as a tensor of `shape`; a transposed operand is stored with its axes exchanged.
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ left: Tensor, transposingLeft: Bool = false,
    _ right: Tensor, transposingRight: Bool = false, bias: Tensor? = nil, shape: Shape
  ) -> Tensor {
    Tensor(shape: shape) { (out: SharedPointer<Float>) in
      let block = max(16, min(256, (rows + 3) / 4))
      Parallel.forEachRange(rows, grain: block) { range in
        let start = range.lowerBound
        let c = out.pointer + start * columns
        if let bias {
          bias.withPointer {
            for row in 0..<range.count { (c + row * columns).update(from: $0, count: columns) }
          }
        }
        left.withPointer { a in
          right.withPointer { b in
            BLAS.multiply(
              rows: range.count, columns: columns, depth: depth,
              MatrixView(
                a + (transposingLeft ? start : start * depth), stride: transposingLeft ? rows : depth,
                transposed: transposingLeft),
              MatrixView(b, stride: transposingRight ? depth : columns, transposed: transposingRight),
              accumulating: bias != nil, into: c, stride: columns)
          }
        }
      }
    }
  }
}
