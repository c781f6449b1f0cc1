import CProcessor

/// Two-dimensional transposition.
enum Transpose {
  /// Writes `y[line][column] = x[column][line]` for a block, where neighbouring lines of `y` lie `outStride`
  /// apart and neighbouring columns of it come from `inStride` apart.
  ///
  /// Works in tiles of 4 × 4 values that are turned in registers. Four tiles side by side fill a cache line
  /// of `y`, and few enough lines of `x` are read at once to stay in the first-level cache.
  static func block(
    _ x: UnsafePointer<Float>, _ inStride: Int, _ y: UnsafeMutablePointer<Float>, _ outStride: Int,
    lines: Int, columns: Int
  ) {
    let (wholeLines, wholeColumns) = (lines & ~3, columns & ~3)
    for group in stride(from: 0, to: wholeColumns, by: 16) {
      for column in group &+ 16..<max(group &+ 16, min(group &+ 32, wholeColumns)) {
        for line in stride(from: 0, to: min(wholeLines, 64), by: 16) {
          prefetch_for_reading(x + column &* inStride + line)
        }
      }
      for line in stride(from: 0, to: wholeLines, by: 4) {
        for column in stride(from: group, to: min(group &+ 16, wholeColumns), by: 4) {
          tile(x + column &* inStride + line, inStride, y + line &* outStride + column, outStride)
        }
      }
    }
    for line in 0..<lines {
      for column in (line < wholeLines ? wholeColumns : 0)..<columns {
        y[line &* outStride &+ column] = x[column &* inStride &+ line]
      }
    }
  }

  @inline(__always)
  private static func tile(
    _ x: UnsafePointer<Float>, _ inStride: Int, _ y: UnsafeMutablePointer<Float>, _ outStride: Int
  ) {
    let (a, b) = (load(x), load(x + inStride))
    let (c, d) = (load(x + 2 &* inStride), load(x + 3 &* inStride))
    store(SIMD4(a.x, b.x, c.x, d.x), to: y)
    store(SIMD4(a.y, b.y, c.y, d.y), to: y + outStride)
    store(SIMD4(a.z, b.z, c.z, d.z), to: y + 2 &* outStride)
    store(SIMD4(a.w, b.w, c.w, d.w), to: y + 3 &* outStride)
  }

  @inline(__always)
  private static func load(_ x: UnsafePointer<Float>) -> SIMD4<Float> {
    UnsafeRawPointer(x).loadUnaligned(as: SIMD4<Float>.self)
  }

  @inline(__always)
  private static func store(_ values: SIMD4<Float>, to y: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(y).storeBytes(of: values, as: SIMD4<Float>.self)
  }
}
