/// Products of whole tensors seen as matrices.
enum Matrix {
  /// `left·right + bias` as a tensor of `shape`; a transposed operand is stored with its axes exchanged, and
  /// `finish` may change values while they are in the cache.
  ///
  /// - Precondition: a product with a transposed left operand has neither bias nor finish.
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ left: Tensor, transposingLeft: Bool = false,
    _ right: Tensor, transposingRight: Bool = false, bias: Tensor? = nil,
    finish: ProductFinish? = nil, shape: Shape
  ) -> Tensor {
    Tensor(shape: shape) { (out: SharedPointer<Float>) in
      left.withPointer { a in
        right.withPointer { b in
          GEMM.multiply(
            rows: rows, columns: columns, depth: depth,
            MatrixView(a, stride: transposingLeft ? rows : depth, transposed: transposingLeft),
            MatrixView(b, stride: transposingRight ? depth : columns, transposed: transposingRight),
            bias: bias, finish: finish, into: out.pointer, stride: columns)
        }
      }
    }
  }
}
