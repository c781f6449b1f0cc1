import CProcessor

/// The unit that elementwise and reducing kernels work in; the compiler lowers it to the widest registers.
typealias Vector = SIMD16<Float>

extension SIMD16<Float> {
  /// The sixteen values at `pointer`, which needs no particular alignment.
  @inline(__always)
  init(at pointer: UnsafePointer<Float>) {
    self = UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
  }

  /// The first `count` values at `pointer`, and `padding` in the lanes after them.
  ///
  /// Reads a whole vector: storage may be read for 64 bytes beyond its end.
  @inline(__always)
  init(at pointer: UnsafePointer<Float>, count: Int, padding: Float = 0) {
    let lanes = SIMD16<Int32>(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    self = Vector(at: pointer).replacing(with: padding, where: lanes .>= Int32(truncatingIfNeeded: count))
  }

  /// Writes the sixteen values to `pointer`, which needs no particular alignment.
  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: self, as: Vector.self)
  }

  /// Writes the first `count` values to `pointer`.
  @inline(__always)
  func store(to pointer: UnsafeMutablePointer<Float>, count: Int) {
    if count >= 16 { store(to: pointer) } else { storePart(to: pointer, count: count) }
  }

  /// By way of memory: as the argument of a call, the vector would be computed in quarters all along.
  @inline(__always)
  private func storePart(to pointer: UnsafeMutablePointer<Float>, count: Int) {
    withUnsafeTemporaryAllocation(of: Float.self, capacity: 16) { whole in
      guard let whole = whole.baseAddress else { return }
      store(to: whole)
      pointer.update(from: whole, count: count)
    }
  }

  @inline(__always)
  init(bits: SIMD16<UInt32>) { self = unsafeBitCast(bits, to: Vector.self) }

  /// The bit pattern of each lane.
  @inline(__always)
  var bits: SIMD16<UInt32> { unsafeBitCast(self, to: SIMD16<UInt32>.self) }

  /// The lanes without their signs.
  @inline(__always)
  var magnitude: Vector { Vector(bits: bits & 0x7fff_ffff) }

  /// The lanes with the signs of `other`.
  @inline(__always)
  func withSign(of other: Vector) -> Vector {
    Vector(bits: (bits & 0x7fff_ffff) | (other.bits & 0x8000_0000))
  }

  /// The larger of each pair of lanes; NaN if either is NaN.
  @inline(__always)
  func maximum(_ other: Vector) -> Vector {
    replacing(with: other, where: (other .> self) .| (other .!= other))
  }

  /// The smaller of each pair of lanes; NaN if either is NaN.
  @inline(__always)
  func minimum(_ other: Vector) -> Vector {
    replacing(with: other, where: (other .< self) .| (other .!= other))
  }

  /// All lanes folded into one by `combine`, halves first.
  @inline(__always)
  func folded(_ combine: (Vector, Vector) -> Vector) -> Float {
    var all = combine(self, Vector(lowHalf: highHalf, highHalf: highHalf))
    let eight = all.lowHalf
    all = combine(
      all, Vector(lowHalf: SIMD8(lowHalf: eight.highHalf, highHalf: eight.highHalf), highHalf: eight))
    let four = all.lowHalf.lowHalf
    let two = SIMD4(lowHalf: four.highHalf, highHalf: four.highHalf)
    all = combine(all, Vector(lowHalf: SIMD8(lowHalf: two, highHalf: two), highHalf: eight))
    return combine(all, Vector(repeating: all[1]))[0]
  }

  /// The sum of the lanes, added pairwise.
  @inline(never)
  var total: Float { folded { $0 + $1 } }

  /// The largest lane; NaN if any is NaN.
  @inline(never)
  var largest: Float { folded { $0.maximum($1) } }
}

/// The registers of the architecture that the kernels are built for.
enum Registers {
  /// Whether each of 32 holds a vector: then six rows by four vectors of accumulators fit, and six by one
  /// otherwise: twelve registers of eight numbers (AVX2) or 24 of four (NEON; SSE has sixteen and spills).
  static var holdVectors: Bool { REGISTERS_HOLD_SIXTEEN != 0 }
}
