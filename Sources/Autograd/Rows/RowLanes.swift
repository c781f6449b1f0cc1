/// The rows that a function of rows works on at a time: one, or sixteen short ones.
///
/// The function sees them as a series of vectors. What `total` and `maximum` give stands in every lane of the
/// row that it belongs to, so that the function need not know which of the two it works on.
protocol RowLanes {
  /// The number of vectors.
  var vectors: Int { get }

  /// Vector `index` of the first operand, with `padding` beyond the end of a row.
  func first(_ index: Int, padding: Float) -> Vector

  /// Vector `index` of the second operand, with zeros beyond the end of a row.
  func second(_ index: Int) -> Vector

  /// Vector `index` of the result, as it was stored.
  func result(_ index: Int) -> Vector

  func store(_ value: Vector, at index: Int)

  /// Stores the only value of each row of the result.
  func storeOnly(_ value: Vector)

  /// The sum of each row of what `add` adds to the sum it is handed, vector by vector.
  func total(_ add: (_ sum: inout Vector, _ index: Int) -> Void) -> Vector

  /// The largest value of each row of the first operand.
  func maximum() -> Vector
}

extension RowLanes {
  /// The largest value of each row; 0 for a row of −∞ alone, so that its exponentials are 0 rather than NaN.
  @inline(__always) func finiteMaximum() -> Vector {
    let largest = maximum()
    return largest.replacing(with: 0, where: largest .== -.infinity)
  }

  /// `ln Σ e^(x − offset)` of each row.
  @inline(__always) func logarithmOfSum(above offset: Vector) -> Vector {
    VectorMath.log(
      total { sum, index in sum += VectorMath.exp(first(index, padding: -.infinity) - offset) })
  }
}

/// A function of rows; `apply` is marked `@inline(__always)`, as in `BinaryFunction`.
protocol RowFunction: Sendable {
  /// Whether a row of the result is one value.
  static var isReduction: Bool { get }

  static func apply(_ rows: some RowLanes)
}

extension RowFunction {
  static var isReduction: Bool { false }
}
