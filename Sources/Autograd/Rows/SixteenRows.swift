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
