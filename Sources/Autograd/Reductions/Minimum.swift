extension Tensor {
  /// The smallest values over `axes`; with `keepingAxes` they stay, with extent 1. NaN wins.
  ///
  /// The gradient goes to the first of several equal values.
  ///
  /// - Precondition: each axis occurs in the shape, at most once.
  public func minimum(axes: [Int], keepingAxes: Bool = false) -> Tensor {
    extreme(Smallest.self, axes, keepingAxes, "minimum")
  }

  /// The smallest of all values, as a scalar.
  public func minimum() -> Tensor { minimum(axes: Array(0..<rank)) }
}

private enum Smallest: Reducer {
  static var identity: Float { .infinity }

  @inline(__always)
  static func combine(_ a: Vector, _ b: Vector) -> Vector { a.minimum(b) }

  @inline(__always)
  static func combine(_ a: Double, _ b: Double) -> Double { a <= b || a.isNaN ? a : b }
}
