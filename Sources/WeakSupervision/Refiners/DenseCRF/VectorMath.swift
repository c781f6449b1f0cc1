/// A vector of floats.
///
/// The comparisons that the standard library offers for any `SIMD` go lane by lane; those of its concrete
/// types are single instructions, and these requirements reach them from generic code.
protocol FloatVector: SIMD, BitwiseCopyable where Scalar == Float {
  /// The larger value in each lane.
  static func larger(_ left: Self, _ right: Self) -> Self
  /// The values, and 0 where `other` is below `bound`.
  func zeroed(where other: Self, isBelow bound: Float) -> Self
}

extension SIMD4: FloatVector where Scalar == Float {
  @inline(__always) static func larger(_ left: Self, _ right: Self) -> Self {
    left.replacing(with: right, where: right .> left)
  }

  @inline(__always) func zeroed(where other: Self, isBelow bound: Float) -> Self {
    replacing(with: Self(), where: other .< Self(repeating: bound))
  }
}

extension SIMD8: FloatVector where Scalar == Float {
  @inline(__always) static func larger(_ left: Self, _ right: Self) -> Self {
    left.replacing(with: right, where: right .> left)
  }

  @inline(__always) func zeroed(where other: Self, isBelow bound: Float) -> Self {
    replacing(with: Self(), where: other .< Self(repeating: bound))
  }
}

extension SIMD16: FloatVector where Scalar == Float {
  @inline(__always) static func larger(_ left: Self, _ right: Self) -> Self {
    left.replacing(with: right, where: right .> left)
  }

  @inline(__always) func zeroed(where other: Self, isBelow bound: Float) -> Self {
    replacing(with: Self(), where: other .< Self(repeating: bound))
  }
}

/// `eˣ` in each lane for x up to 88, within 2 units in the last place; 0 below -87.
///
/// Splits x = n·ln 2 + r with |r| ≤ ½ ln 2 and evaluates a polynomial in r (S. Moshier, Cephes, expf).
@inline(__always)
func exponential<V: FloatVector>(_ x: V) -> V {
  // Adding 1.5·2²³ rounds to an integer and leaves it in the low bits.
  let shifted = V(repeating: 12_582_912).addingProduct(x, V(repeating: 1.442_695_04))
  let n = shifted - 12_582_912
  let r = x.addingProduct(n, V(repeating: -0.693_359_375)).addingProduct(n, V(repeating: 2.121_944_4e-4))
  var p = V(repeating: 1.987_569_15e-4)
  p = V(repeating: 1.398_199_95e-3).addingProduct(p, r)
  p = V(repeating: 8.333_451_9e-3).addingProduct(p, r)
  p = V(repeating: 4.166_579_6e-2).addingProduct(p, r)
  p = V(repeating: 1.666_666_55e-1).addingProduct(p, r)
  p = V(repeating: 5.000_000_1e-1).addingProduct(p, r)
  p = (r + 1).addingProduct(p, r * r)
  let bits = unsafeBitCast(shifted, to: V.MaskStorage.self)
  let power = (bits &<< V.MaskStorage(repeating: 23)) &+ V.MaskStorage(repeating: 0x3f80_0000)
  return (p * unsafeBitCast(power, to: V.self)).zeroed(where: x, isBelow: -87)
}

/// The lanes of memory that starts at `pointer`, which need not be aligned.
@inline(__always)
func load<V: FloatVector>(_ pointer: UnsafePointer<Float>, as type: V.Type = V.self) -> V {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

/// Writes the lanes to memory that starts at `pointer`, which need not be aligned.
@inline(__always)
func store<V: FloatVector>(_ lanes: V, to pointer: UnsafeMutablePointer<Float>) {
  UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: V.self)
}
