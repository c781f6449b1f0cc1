extension Tensor {
  /// The matrix product over the last two axes; leading axes broadcast.
  ///
  /// `[…, m, k] · […, k, n]` → `[…, m, n]`; a transposed operand is stored as `[…, k, m]` or `[…, n, k]`, and
  /// is not copied.
  ///
  /// - Precondition: both operands have at least two axes, `k` agrees, and the leading axes broadcast.
  public func matmul(
    _ other: Tensor, transposingSelf: Bool = false, transposingOther: Bool = false
  ) -> Tensor {
    let (left, right) = (detached(), other.detached())
    let product = MatrixProduct(left.shape, transposingSelf, right.shape, transposingOther)
    let output = Tensor.product(left, right, product)
    return output.recorded(
      "matmul", from: self, other, work: .product(output.count * product.depth, of: self, other),
      pullbacks: { gradient in
        let result =
          transposingSelf
          ? right.matmul(gradient, transposingSelf: transposingOther, transposingOther: true)
          : gradient.matmul(right, transposingOther: !transposingOther)
        return result.summedToShape(left.shape)
      },
      { gradient in
        let result =
          transposingOther
          ? gradient.matmul(left, transposingSelf: true, transposingOther: transposingSelf)
          : left.matmul(gradient, transposingSelf: !transposingSelf)
        return result.summedToShape(right.shape)
      })
  }

  private static func product(_ left: Tensor, _ right: Tensor, _ product: MatrixProduct) -> Tensor {
    Tensor(shape: product.shape) { out in
      Parallel.forEach(product.offsets.count) { index in
        let (leftOffset, rightOffset) = product.offsets[index]
        left.withPointer { a in
          right.withPointer { b in
            GEMM.multiply(
              rows: product.rows, columns: product.columns, depth: product.depth,
              MatrixView(a + leftOffset, stride: product.leftStride, transposed: product.isLeftTransposed),
              MatrixView(b + rightOffset, stride: product.rightStride, transposed: product.isRightTransposed),
              into: out.pointer + index * product.rows * product.columns, stride: product.columns)
          }
        }
      }
    }
  }

  /// The sum over the axes along which a tensor of `shape` was stretched to this one's shape.
  fileprivate func summedToShape(_ shape: Shape) -> Tensor {
    guard shape != self.shape else { return self }
    let padded = Shape([Int](repeating: 1, count: rank - shape.rank) + shape.extents)
    let matrix = self.shape[rank - 2] * self.shape[rank - 1]
    let targets = broadcastOffsets(of: padded, to: self.shape, matrix: matrix)
    let input = detached()
    return Tensor(shape: shape) { out in
      for index in out.indices { out[index] = 0 }
      input.withSpan { values in
        for (batch, target) in targets.enumerated() {
          for index in 0..<matrix { out[target + index] += values[batch * matrix + index] }
        }
      }
    }
  }
}

/// What a batched matrix product multiplies with what.
private struct MatrixProduct: Sendable {
  let shape: Shape
  let rows: Int
  let columns: Int
  let depth: Int
  let leftStride: Int
  let rightStride: Int
  let isLeftTransposed: Bool
  let isRightTransposed: Bool
  /// Where each product's operands start, in the order of the output's matrices.
  let offsets: [(Int, Int)]

  init(_ left: Shape, _ isLeftTransposed: Bool, _ right: Shape, _ isRightTransposed: Bool) {
    precondition(
      left.rank >= 2 && right.rank >= 2, "matmul: \(left) and \(right) must have at least two axes")
    self.isLeftTransposed = isLeftTransposed
    self.isRightTransposed = isRightTransposed
    leftStride = left[left.rank - 1]
    rightStride = right[right.rank - 1]
    rows = left[left.rank - (isLeftTransposed ? 1 : 2)]
    depth = left[left.rank - (isLeftTransposed ? 2 : 1)]
    columns = right[right.rank - (isRightTransposed ? 2 : 1)]
    let rightDepth = right[right.rank - (isRightTransposed ? 1 : 2)]
    precondition(
      depth == rightDepth,
      "matmul: the inner extents \(depth) of \(left) and \(rightDepth) of \(right) differ")
    let leading = Shape(Array(left.dropLast(2))).broadcast(with: Shape(Array(right.dropLast(2))))
    guard let leading else {
      preconditionFailure("matmul: the leading axes of \(left) and \(right) do not broadcast")
    }
    shape = Shape(leading.extents + [rows, columns])
    offsets = Array(
      zip(
        broadcastOffsets(of: left, to: shape, matrix: rows * depth),
        broadcastOffsets(of: right, to: shape, matrix: depth * columns)))
  }
}

/// Where the matrix of a tensor of `shape` starts that stands at each leading position of `target`.
private func broadcastOffsets(of shape: Shape, to target: Shape, matrix: Int) -> [Int] {
  let extra = target.rank - shape.rank
  var offsets = [0]
  var strides = [Int](repeating: 0, count: target.rank - 2)
  var stride = matrix
  for axis in strides.indices.reversed() where axis >= extra {
    strides[axis] = shape[axis - extra] == 1 ? 0 : stride
    stride *= shape[axis - extra]
  }
  for (axis, stride) in strides.enumerated() {
    offsets = offsets.flatMap { offset in (0..<target[axis]).map { offset + $0 * stride } }
  }
  return offsets
}
