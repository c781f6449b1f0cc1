/// A matrix in memory; a transposed one is stored with its axes exchanged.
///
/// `@unchecked Sendable` holds because views are only read, and only while their tensor's owner waits.
struct MatrixView: @unchecked Sendable {
  let base: UnsafePointer<Float>
  /// The distance between rows as they are stored.
  let stride: Int
  let isTransposed: Bool

  init(_ base: UnsafePointer<Float>, stride: Int, transposed isTransposed: Bool = false) {
    self.base = base
    self.stride = stride
    self.isTransposed = isTransposed
  }
}

/// Products of plain matrices by the kernels of this folder.
///
/// Inside a piece of parallel work everything runs on its thread; elsewhere a product is split over the
/// cores.
enum GEMM {
  /// `c = a·b + bias`: `a` is `rows` × `depth`, `b` is `depth` × `columns`; the lines of `c` lie `stride`
  /// apart. `finish` may change values while they are in the cache.
  ///
  /// - Precondition: a product with a transposed `a` has neither bias nor finish.
  static func multiply(
    rows: Int, columns: Int, depth: Int, _ a: MatrixView, _ b: MatrixView, bias: Tensor? = nil,
    finish: ProductFinish? = nil, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    guard a.isTransposed else {
      let packed = PackedColumns(blockDepth: depth, columns: columns, [b])
      multiply(rows: rows, a, packed, bias: bias, finish: finish, into: c, stride: stride)
      return
    }
    precondition(bias == nil && finish == nil, "multiply: a sum of outer products has no bias and no finish")
    guard b.isTransposed else {
      multiplyTransposed(rows: rows, columns: columns, depth: depth, a, b, into: c, stride: stride)
      return
    }
    withScratch(rows * depth) { copy in
      for row in 0..<rows {
        for k in 0..<depth { copy[row * depth + k] = a.base[k * a.stride + row] }
      }
      multiply(
        rows: rows, columns: columns, depth: depth, MatrixView(copy, stride: depth), b, into: c,
        stride: stride)
    }
  }

  /// `c = a·b + bias` with a `b` that was packed before, for several products with it.
  ///
  /// - Precondition: `a` is not transposed.
  static func multiply(
    rows: Int, _ a: MatrixView, _ b: PackedColumns, bias: Tensor? = nil, finish: ProductFinish? = nil,
    into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    precondition(!a.isTransposed, "multiply: the left operand of a packed one cannot be transposed")
    RowProduct(
      grid: .matrix(rows: rows, sourceStride: a.stride, targetStride: stride), depth: b.depth,
      columns: b, bias: bias, finish: finish
    ).run(a.base, into: SharedPointer(c))
  }

  /// `c = aᵀ·b`, or `c += aᵀ·b` when adding: `a` is `depth` × `rows` as it is stored, `b` is `depth` ×
  /// `columns`, neither transposed. `sums` receives the sums of the lines of `aᵀ`.
  static func multiplyTransposed(
    rows: Int, columns: Int, depth: Int, _ a: MatrixView, _ b: MatrixView, isAdding: Bool = false,
    sums: SharedPointer<Float>? = nil, into c: UnsafeMutablePointer<Float>, stride: Int
  ) {
    OuterProduct(
      grid: .matrix(rows: depth, sourceStride: a.stride, targetStride: 0), depth: rows, columns: columns,
      isAdding: isAdding, lineSums: sums
    ).run(a.base, b.base, rightStride: b.stride, into: SharedPointer(c), stride: stride)
  }
}

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
