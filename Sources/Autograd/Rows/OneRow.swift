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
