extension Tensor {
  /// 1 where this value is greater than the other, else 0; the operands are stretched as in NumPy.
  public func isGreater(than other: Tensor) -> Tensor { Elementwise.map(self, other, Greater(), "isGreater") }

  /// 1 where this value is less than the other, else 0; the operands are stretched as in NumPy.
  public func isLess(than other: Tensor) -> Tensor { other.isGreater(than: self) }

  /// 1 where both values are equal, else 0; the operands are stretched as in NumPy.
  public func isEqual(to other: Tensor) -> Tensor { Elementwise.map(self, other, Equal(), "isEqual") }

  /// 1 where the value is greater than `bound`, else 0.
  public func isGreater(than bound: Float) -> Tensor { isGreater(than: Tensor(bound)) }

  /// 1 where the value is less than `bound`, else 0.
  public func isLess(than bound: Float) -> Tensor { isLess(than: Tensor(bound)) }

  /// 1 where the value is equal to `value`, else 0.
  public func isEqual(to value: Float) -> Tensor { isEqual(to: Tensor(value)) }
}

private struct Greater: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { Vector.zero.replacing(with: 1, where: a .> b) }
}

private struct Equal: BinaryFunction {
  @inline(__always)
  func value(_ a: Vector, _ b: Vector) -> Vector { Vector.zero.replacing(with: 1, where: a .== b) }
}
