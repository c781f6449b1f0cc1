/// Transcendental functions of sixteen numbers at once, without calls and without branches.
///
/// The errors are those that `VectorMathTests` measures against the double-precision C library. All are right
/// at 0 and NaN, and at those of ±infinity that their domain holds.
enum VectorMath {
  /// eˣ, within 1.5 units in the last place.
  ///
  /// x = n·ln 2 + r with |r| ≤ ln 2 / 2; eʳ is a polynomial, and 2ⁿ is multiplied in two halves so that
  /// overflow and gradual underflow happen in the multiplication.
  @inline(__always)
  static func exp(_ x: Vector) -> Vector {
    let x = x.replacing(with: 89, where: x .> 89).replacing(with: -104, where: x .< -104)
    let (p, exponent) = reducedExp(x)
    let half = exponent &>> 1
    return p * powerOfTwo(half) * powerOfTwo(exponent &- half)
  }

  /// 2ˣ for x < 127.5, within 1 unit in the last place; 0 below −126.5, where results begin to lose digits.
  @inline(__always)
  static func exp2(_ x: Vector) -> Vector {
    let x = x.replacing(with: -127, where: x .< -127)
    // Adding 1.5·2²³ leaves the nearest whole number in the low bits, and 127 makes it an exponent's bits.
    let shift: Float = 0x1.8p23 + 127
    let shifted = x + shift
    let r = x - (shifted - shift)
    var p = Vector(repeating: 0x1.41f82ep-13)
    p = Vector(repeating: 0x1.5f3e5ep-10).addingProduct(p, r)
    p = Vector(repeating: 0x1.3b2d54p-7).addingProduct(p, r)
    p = Vector(repeating: 0x1.c6aee8p-5).addingProduct(p, r)
    p = Vector(repeating: 0x1.ebfbdcp-3).addingProduct(p, r)
    p = Vector(repeating: 0x1.62e43p-1).addingProduct(p, r)
    p = Vector(repeating: 1).addingProduct(p, r)
    return p * Vector(bits: shifted.bits &<< 23)
  }

  /// eʳ and n of eˣ = eʳ·2ⁿ.
  @inline(__always)
  private static func reducedExp(_ x: Vector) -> (mantissa: Vector, exponent: SIMD16<Int32>) {
    // Adding 1.5·2²³ leaves the nearest whole number in the low bits.
    let shift: Float = 0x1.8p23
    let shifted = Vector(repeating: shift).addingProduct(x, Vector(repeating: 0x1.715476p0))
    let n = shifted - shift
    let r = x.addingProduct(n, Vector(repeating: -0x1.62e4p-1))
      .addingProduct(n, Vector(repeating: -0x1.7f7d1cp-20))
    var p = Vector(repeating: 0x1.a01a02p-13)
    p = Vector(repeating: 0x1.6c16c2p-10).addingProduct(p, r)
    p = Vector(repeating: 0x1.111112p-7).addingProduct(p, r)
    p = Vector(repeating: 0x1.555556p-5).addingProduct(p, r)
    p = Vector(repeating: 0x1.555556p-3).addingProduct(p, r)
    p = Vector(repeating: 0.5).addingProduct(p, r)
    p = Vector(repeating: 1).addingProduct(p, r)
    p = Vector(repeating: 1).addingProduct(p, r)
    return (p, unsafeBitCast(shifted.bits &- shift.bitPattern, to: SIMD16<Int32>.self))
  }

  /// ln x, within 1 unit in the last place; −infinity at 0 and NaN below.
  ///
  /// x = 2ᵏ·(1 + f) with 1 + f within √½…√2, and ln(1 + f) as in FreeBSD's `e_logf.c`.
  @inline(__always)
  static func log(_ x: Vector) -> Vector {
    let isTiny = x .< 0x1p-126
    let scaled = x.replacing(with: x * 0x1p23, where: isTiny)
    let offset = scaled.bits &- 0x3f35_04f3
    let exponent = unsafeBitCast(offset, to: SIMD16<Int32>.self) &>> 23
    let mantissa = Vector(bits: (offset & 0x007f_ffff) &+ 0x3f35_04f3)
    var k = float(exponent)
    k = k.replacing(with: k - 23, where: isTiny)
    let f = mantissa - 1
    let s = f / (f + 2)
    let z = s * s
    let w = z * z
    let odd = z * Vector(repeating: 0x1.555554p-1).addingProduct(w, Vector(repeating: 0x1.23d3dcp-2))
    let even = w * Vector(repeating: 0x1.999c26p-2).addingProduct(w, Vector(repeating: 0x1.f13c4cp-3))
    let square = 0.5 * f * f
    let tail = (s * (square + (odd + even))).addingProduct(k, Vector(repeating: 9.0580006145e-06))
    var result = (tail - square + f).addingProduct(k, Vector(repeating: 6.9313812256e-01))
    result = result.replacing(with: .infinity, where: x .== .infinity)
    result = result.replacing(with: -.infinity, where: x .== 0)
    return result.replacing(with: .nan, where: (x .< 0) .| (x .!= x))
  }

  /// ln(1 + x) for 0 ≤ x ≤ 1, within 2 units in the last place.
  @inline(__always)
  static func logOnePlus(_ x: Vector) -> Vector {
    let sum = x + 1
    // What rounding took from the sum comes back to first order.
    return log(sum) + (x - (sum - 1)) / sum
  }

  /// √x; NaN below 0. Newton steps from a table-free start, the last with the exact residual.
  @inline(__always)
  static func squareRoot(_ x: Vector) -> Vector {
    let isTiny = x .< 0x1p-100
    let scaled = x.replacing(with: x * 0x1p60, where: isTiny)
    var inverse = Vector(bits: 0x5f37_5a86 &- (scaled.bits &>> 1))
    let half = 0.5 * scaled
    for _ in 0..<3 {
      inverse *= Vector(repeating: 1.5).addingProduct(-half, inverse * inverse)
    }
    var root = scaled * inverse
    root = root.addingProduct(scaled.addingProduct(-root, root), 0.5 * inverse)
    root = root.replacing(with: root * 0x1p-30, where: isTiny)
    root = root.replacing(with: x, where: (x .== 0) .| (x .== .infinity))
    return root.replacing(with: .nan, where: (x .< 0) .| (x .!= x))
  }

  /// The hyperbolic tangent, within 2 units in the last place.
  @inline(__always)
  static func tanh(_ x: Vector) -> Vector {
    let t = x.magnitude
    let s = x * x
    var near = Vector(repeating: -5.70498872745e-3)
    near = Vector(repeating: 2.06390887954e-2).addingProduct(near, s)
    near = Vector(repeating: -5.37397155531e-2).addingProduct(near, s)
    near = Vector(repeating: 1.33314422036e-1).addingProduct(near, s)
    near = Vector(repeating: -3.33332819422e-1).addingProduct(near, s)
    near = x.addingProduct(near * s, x)
    let far = (1 - 2 / (exp(2 * t) + 1)).withSign(of: x)
    return near.replacing(with: far, where: (t .> 0.625) .| (x .!= x))
  }

  /// 1 / (1 + e⁻ˣ), within 3 units in the last place at both ends.
  @inline(__always)
  static func sigmoid(_ x: Vector) -> Vector {
    let e = exp(-x.magnitude)
    return Vector(repeating: 1).replacing(with: e, where: x .< 0) / (e + 1)
  }

  /// ln(1 + eˣ), within 3 units in the last place.
  @inline(__always)
  static func softplus(_ x: Vector) -> Vector {
    x.maximum(.zero) + logOnePlus(exp(-x.magnitude))
  }

  /// 2ⁿ for −126 ≤ n ≤ 127.
  @inline(__always)
  private static func powerOfTwo(_ n: SIMD16<Int32>) -> Vector {
    Vector(bits: unsafeBitCast((n &+ 127) &<< 23, to: SIMD16<UInt32>.self))
  }

  /// Whole numbers of at most 22 bits as floats, by way of the mantissa of 1.5·2²³.
  @inline(__always)
  private static func float(_ n: SIMD16<Int32>) -> Vector {
    let shift: Float = 0x1.8p23
    return Vector(bits: unsafeBitCast(n, to: SIMD16<UInt32>.self) &+ shift.bitPattern) - shift
  }
}
