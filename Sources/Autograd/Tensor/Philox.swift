import Foundation

/// The Philox4x32-10 counter-based random number generator.
///
/// A stream is named by a seed, a name and a step; any position of it can be computed on its own, so a
/// stream needs no state in a checkpoint and parallel work draws the same numbers in any order. Salmon et
/// al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct Philox: RandomNumberGenerator, Sendable {
  private let key: SIMD2<UInt32>
  private let step: UInt64
  private var position: UInt64 = 0
  private var half: UInt64?

  /// The stream of `seed`, `name` and `step`.
  public init(seed: UInt64, name: String = "", step: Int = 0) {
    // FNV-1a over the name, then mixed with the seed by the finaliser of SplitMix64.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    var mixed = hash &+ seed &* 0x9e37_79b9_7f4a_7c15
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    mixed ^= mixed >> 31
    self.init(key: mixed, step: UInt64(bitPattern: Int64(step)))
  }

  /// The stream of a raw 64-bit key.
  public init(key: UInt64, step: UInt64 = 0) {
    self.key = SIMD2(UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    self.step = step
  }

  /// The four words at one position of the stream.
  public func block(at position: UInt64) -> SIMD4<UInt32> {
    var counter = SIMD4(
      UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: position >> 32),
      UInt32(truncatingIfNeeded: step), UInt32(truncatingIfNeeded: step >> 32))
    var key = self.key
    for round in 0..<10 {
      if round > 0 { key &+= SIMD2(0x9e37_79b9, 0xbb67_ae85) }
      let first = UInt64(counter[0]) &* 0xd251_1f53
      let second = UInt64(counter[2]) &* 0xcd9e_8d57
      counter = SIMD4(
        UInt32(truncatingIfNeeded: second >> 32) ^ counter[1] ^ key[0], UInt32(truncatingIfNeeded: second),
        UInt32(truncatingIfNeeded: first >> 32) ^ counter[3] ^ key[1], UInt32(truncatingIfNeeded: first))
    }
    return counter
  }

  public mutating func next() -> UInt64 {
    if let value = half {
      half = nil
      return value
    }
    let words = block(at: position)
    position &+= 1
    half = UInt64(words[2]) | UInt64(words[3]) << 32
    return UInt64(words[0]) | UInt64(words[1]) << 32
  }

  /// A number of the half-open unit interval, with 24 random bits.
  public mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A number of `range`.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// A whole number of `range`, each with equal probability.
  public mutating func integer(in range: Range<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  /// A number of the standard normal distribution (Box–Muller).
  public mutating func normal() -> Float {
    let radius = 1 - Double(next() >> 11) * 0x1p-53
    let angle = Double(next() >> 11) * 0x1p-53
    return Float((-2 * log(radius)).squareRoot() * cos(2 * .pi * angle))
  }
}
