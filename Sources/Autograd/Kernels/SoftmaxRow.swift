/// The loops over one row that the softmax family shares; each passes over the row in whole vectors.
enum SoftmaxRow {
  /// The largest value of a row.
  @inline(__always)
  static func maximum(_ x: UnsafePointer<Float>, _ count: Int) -> Float {
    var all = Vector(repeating: -.infinity)
    forEachVector(count, full: { all = all.maximum(Vector(at: x + $0)) }) {
      all = all.maximum(Vector(at: x + $0, count: $1, padding: -.infinity))
    }
    return all.largest
  }

  /// The largest value and the sum of the exponentials of what the values lie above it.
  ///
  /// A row of −∞ alone has the offset 0, so that its exponentials are 0 rather than NaN.
  @inline(__always)
  static func exponentialSum(_ x: UnsafePointer<Float>, _ count: Int) -> (offset: Float, sum: Float) {
    let largest = maximum(x, count)
    let offset = largest == -.infinity ? 0 : largest
    var all = Vector.zero
    forEachVector(count, full: { all += VectorMath.exp(Vector(at: x + $0) - offset) }) {
      all += VectorMath.exp(Vector(at: x + $0, count: $1, padding: -.infinity) - offset)
    }
    return (offset, all.total)
  }

  /// Calls `full` with the start of each whole vector of a row and `tail` with the start and length of the rest.
  @inline(__always)
  static func forEachVector(_ count: Int, full: (Int) -> Void, tail: (Int, Int) -> Void) {
    var index = 0
    while index + 16 <= count {
      full(index)
      index += 16
    }
    if index < count { tail(index, count - index) }
  }
}
