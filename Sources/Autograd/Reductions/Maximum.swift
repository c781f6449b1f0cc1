extension Tensor {
  /// The largest values over `axes`; with `keepingAxes` they stay, with extent 1. NaN wins.
  ///
  /// The gradient goes to the first of several equal values.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func maximum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    extreme(Largest.self, axes, keepingAxes, "maximum")
  }

  /// The largest of all values, as a scalar.
  public func maximum() -> Tensor { maximum(axes: Array(0..<rank)) }
}

private enum Largest: Reducer {
  static var identity: Float { -.infinity }

  @inline(__always)
  static func combine(_ a: Vector, _ b: Vector) -> Vector { a.maximum(b) }

  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { a >= b || a.isNaN ? a : b }
}
