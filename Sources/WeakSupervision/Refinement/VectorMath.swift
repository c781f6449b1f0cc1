/// `eˣ` in each lane, within 2 units in the last place; 0 below -87.
///
/// Splits x = n·ln 2 + r with |r| ≤ ½ ln 2 and evaluates a polynomial in r (S. Moshier, Cephes, expf).
@inline(__always)
func exponential<V: SIMD>(_ x: V) -> V where V.Scalar == Float {
  let tooSmall = x .< -87
  let x = x.clamped(lowerBound: V(repeating: -87), upperBound: V(repeating: 88))
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
  return (p * unsafeBitCast(power, to: V.self)).replacing(with: 0, where: tooSmall)
}

/// The lanes of memory that starts at `pointer`, which need not be aligned.
@inline(__always)
func load<V: SIMD & BitwiseCopyable>(_ pointer: UnsafePointer<Float>, as type: V.Type = V.self) -> V
where V.Scalar == Float {
  UnsafeRawPointer(pointer).loadUnaligned(as: V.self)
}

/// Writes the lanes to memory that starts at `pointer`, which need not be aligned.
@inline(__always)
func store<V: SIMD & BitwiseCopyable>(_ lanes: V, to pointer: UnsafeMutablePointer<Float>)
where V.Scalar == Float {
  UnsafeMutableRawPointer(pointer).storeBytes(of: lanes, as: V.self)
}
