extension Tensor {
  /// The larger of each pair of values, the smaller operand stretched as in NumPy; NaN wins.
  ///
  /// The gradient goes to the larger value, and half of it to each of two equal ones.
  public func pointwiseMaximum(_ other: Tensor) -> Tensor {
    let (a, b) = (detached(), other.detached())
    return Elementwise.map(self, other, Maximum(), "pointwiseMaximum").recorded(
      "pointwiseMaximum", from: self, other,
      pullbacks: { ($0 * a.shareWhereGreater(than: b)).summed(to: a.shape) },
      { ($0 * b.shareWhereGreater(than: a)).summed(to: b.shape) })
  }

  /// 1 where this value is greater, ½ where both are equal, else 0.
  func shareWhereGreater(than other: Tensor) -> Tensor {
    Elementwise.map(self, other, Share(), "pointwiseMaximum")
  }
}

private struct Maximum: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a.maximum(b) }
}

private struct Share: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector {
    Vector.zero.replacing(with: 1, where: a .> b).replacing(with: 0.5, where: a .== b)
  }
}

extension Tensor {
  /// The smaller of each pair of values, the smaller operand stretched as in NumPy; NaN wins.
  ///
  /// The gradient goes to the smaller value, and half of it to each of two equal ones.
  public func pointwiseMinimum(_ other: Tensor) -> Tensor {
    let (a, b) = (detached(), other.detached())
    return Elementwise.map(self, other, Minimum(), "pointwiseMinimum").recorded(
      "pointwiseMinimum", from: self, other,
      pullbacks: { ($0 * b.shareWhereGreater(than: a)).summed(to: a.shape) },
      { ($0 * a.shareWhereGreater(than: b)).summed(to: b.shape) })
  }
}

private struct Minimum: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { a.minimum(b) }
}
