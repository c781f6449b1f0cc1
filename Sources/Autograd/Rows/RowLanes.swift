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

/// One row, sixteen neighbours at a time.
struct OneRow: RowLanes {
  let x: UnsafePointer<Float>
  let other: UnsafePointer<Float>
  let y: UnsafeMutablePointer<Float>
  let count: Int

  @inline(__always) var vectors: Int { (count &+ 15) / 16 }

  @inline(__always) func first(_ index: Int, padding: Float) -> Vector {
    Vector(at: x + 16 &* index, count: count &- 16 &* index, padding: padding)
  }

  @inline(__always) func second(_ index: Int) -> Vector {
    Vector(at: other + 16 &* index, count: count &- 16 &* index)
  }

  @inline(__always) func result(_ index: Int) -> Vector { Vector(at: y + 16 &* index) }

  @inline(__always) func store(_ value: Vector, at index: Int) {
    value.store(to: y + 16 &* index, count: count &- 16 &* index)
  }

  @inline(__always) func storeOnly(_ value: Vector) { y[0] = value[0] }

  @inline(__always) func total(_ add: (_ sum: inout Vector, _ index: Int) -> Void) -> Vector {
    var sum = Vector.zero
    for index in 0..<vectors { add(&sum, index) }
    return Vector(repeating: sum.total)
  }

  @inline(__always) func maximum() -> Vector {
    var all = Vector(repeating: -.infinity)
    for index in 0..<vectors { all = all.maximum(first(index, padding: -.infinity)) }
    return Vector(repeating: all.largest)
  }
}

/// Sixteen short rows, turned so that a vector holds one column of all of them.
///
/// A row of a few values fills a vector in part, and folding it to a sum takes as long as the work on it.
/// Turned, sums go down the columns. They do so in sixteen parts that are joined halves first, as the lanes
/// of `OneRow` are, so the bits of a result do not depend on which of the two made it.
struct SixteenRows: RowLanes {
  static let rows = 16
  /// Longer rows fill their vectors well enough.
  static let longest = 48
  /// The memory that `init` needs, in values.
  static let scratchCount = 3 * longest * rows + rows * rows

  private let x: UnsafeMutablePointer<Float>
  private let other: UnsafeMutablePointer<Float>
  private let y: UnsafeMutablePointer<Float>
  private let parts: UnsafeMutablePointer<Float>
  private let target: UnsafeMutablePointer<Float>
  private let count: Int

  /// Turns sixteen rows of `count` values from `x` and, if there is one, from `other`.
  init(
    _ x: UnsafePointer<Float>, _ other: UnsafePointer<Float>?, _ target: UnsafeMutablePointer<Float>,
    count: Int, scratch: UnsafeMutablePointer<Float>
  ) {
    let size = Self.longest * Self.rows
    (self.x, self.other, y, parts) = (scratch, scratch + size, scratch + 2 * size, scratch + 3 * size)
    self.target = target
    self.count = count
    Transpose.block(x, count, self.x, Self.rows, lines: count, columns: Self.rows)
    if let other { Transpose.block(other, count, self.other, Self.rows, lines: count, columns: Self.rows) }
  }

  /// Turns the result back into rows.
  func finish() {
    Transpose.block(UnsafePointer(y), Self.rows, target, count, lines: Self.rows, columns: count)
  }

  @inline(__always) var vectors: Int { count }

  @inline(__always) func first(_ index: Int, padding: Float) -> Vector { Vector(at: x + 16 &* index) }

  @inline(__always) func second(_ index: Int) -> Vector { Vector(at: other + 16 &* index) }

  @inline(__always) func result(_ index: Int) -> Vector { Vector(at: y + 16 &* index) }

  @inline(__always) func store(_ value: Vector, at index: Int) { value.store(to: y + 16 &* index) }

  @inline(__always) func storeOnly(_ value: Vector) { value.store(to: target) }

  @inline(__always) func total(_ add: (_ sum: inout Vector, _ index: Int) -> Void) -> Vector {
    for part in 0..<16 { Vector.zero.store(to: parts + 16 &* part) }
    for index in 0..<count {
      let part = parts + 16 &* (index & 15)
      var sum = Vector(at: part)
      add(&sum, index)
      sum.store(to: part)
    }
    for half in [8, 4, 2, 1] {
      for part in 0..<half {
        let sum = Vector(at: parts + 16 &* part) + Vector(at: parts + 16 &* (part &+ half))
        sum.store(to: parts + 16 &* part)
      }
    }
    return Vector(at: parts)
  }

  @inline(__always) func maximum() -> Vector {
    var all = Vector(repeating: -.infinity)
    for index in 0..<count { all = all.maximum(Vector(at: x + 16 &* index)) }
    return all
  }
}
