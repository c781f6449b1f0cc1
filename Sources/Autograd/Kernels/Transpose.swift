/// Two-dimensional transposition.
enum Transpose {
  /// Writes `y[line][column] = x[column][line]` for a block, where neighbouring lines of `y` lie `outStride`
  /// apart and neighbouring columns of it come from `inStride` apart.
  @inline(__always)
  static func block(
    _ x: UnsafePointer<Float>, _ inStride: Int, _ y: UnsafeMutablePointer<Float>, _ outStride: Int,
    lines: Int, columns: Int
  ) {
    for line in 0..<lines {
      for column in 0..<columns { y[line * outStride + column] = x[column * inStride + line] }
    }
  }
}
