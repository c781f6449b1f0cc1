/// The loops over one row that the softmax family shares; each passes over the row in whole vectors.
enum SoftmaxRow {
  /// The largest value of a row.
  @inline(never)
  static func maximum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var all = Vector(repeating: -.infinity)
    forEachVector(count) { index, count in
      all = all.maximum(Vector(at: x + index, count: count, padding: -.infinity))
    }
    return all.largest
  }

  /// `offset + logarithm` is the logarithm of the sum of the exponentials of a row, without overflow.
  ///
  /// A row of −∞ alone has the offset 0, so that its exponentials are 0 rather than NaN.
  @inline(never)
  static func logarithmOfSum(
    _ x: UnsafePointer<Float>, _ count: Int
  ) -> (offset: Float, logarithm: Float) {
    let largest = maximum(x, count)
    let offset = largest == -.infinity ? 0 : largest
    var all = Vector.zero
    forEachVector(count) { index, count in
      all += VectorMath.exp(Vector(at: x + index, count: count, padding: -.infinity) - offset)
    }
    return (offset, VectorMath.log(Vector(repeating: all.total))[0])
  }

  /// Calls `body` with the start of each vector of a row, and with the number of values that it holds.
  @inline(__always)
  static func forEachVector(_ count: Int, _ body: (_ start: Int, _ count: Int) -> Void) {
    for index in stride(from: 0, to: count, by: 16) { body(index, min(16, count &- index)) }
  }
}
