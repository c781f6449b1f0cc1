/// One axis of a Winograd transform F(4, 3) with the points 0, 1, −1, 2, −2, ∞ (Lavin and Gray, CVPR 2016).
///
/// `apply` reads `inputs` vectors and writes `outputs` vectors. In two dimensions it is applied to the
/// columns of a square, then to the rows of what comes out.
protocol WinogradStep {
  static var inputs: Int { get }
  static var outputs: Int { get }
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void)
}

/// `Bᵀ`: six values of a line of the map.
enum MapStep: WinogradStep {
  static var inputs: Int { 6 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x0, x1, x2, x3, x4, x5) = (x(0), x(1), x(2), x(3), x(4), x(5))
    write(0, (x4 + 4 * x0) - 5 * x2)
    let (even, odd) = (x4 - 4 * x2, x3 - 4 * x1)
    write(1, even + odd)
    write(2, even - odd)
    let (far, slope) = (x4 - x2, 2 * (x3 - x1))
    write(3, far + slope)
    write(4, far - slope)
    write(5, (x5 + 4 * x1) - 5 * x3)
  }
}

/// `G`: three weights of a line of the kernel.
enum KernelStep: WinogradStep {
  static var inputs: Int { 3 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x0, x1, x2) = (x(0), x(1), x(2))
    write(0, x0 * 0.25)
    let (even, odd) = ((x0 + x2) * (-1 / 6), x1 * (1 / 6))
    write(1, even - odd)
    write(2, even + odd)
    let (far, slope) = (x0 * (1 / 24) + x2 * (1 / 6), x1 * (1 / 12))
    write(3, far + slope)
    write(4, far - slope)
    write(5, x2)
  }
}

/// `Aᵀ`: six products become four outputs.
enum OutputStep: WinogradStep {
  static var inputs: Int { 6 }
  static var outputs: Int { 4 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x1, x2, x3, x4) = (x(1), x(2), x(3), x(4))
    let (near, slope) = (x1 + x2, x1 - x2)
    let (far, steep) = (x3 + x4, x3 - x4)
    write(0, x(0) + near + far)
    write(1, slope + 2 * steep)
    write(2, near + 4 * far)
    write(3, slope + 8 * steep + x(5))
  }
}

/// `A`: four gradients of outputs, for the gradient of the kernel.
enum OutputGradientStep: WinogradStep {
  static var inputs: Int { 4 }
  static var outputs: Int { 6 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x0, x1, x2, x3) = (x(0), x(1), x(2), x(3))
    write(0, x0)
    let (even, odd) = (x0 + x2, x1 + x3)
    write(1, even + odd)
    write(2, even - odd)
    let (far, steep) = (x0 + 4 * x2, 2 * x1 + 8 * x3)
    write(3, far + steep)
    write(4, far - steep)
    write(5, x3)
  }
}

/// `Gᵀ`: six sums of products become three gradients of weights.
enum KernelGradientStep: WinogradStep {
  static var inputs: Int { 6 }
  static var outputs: Int { 3 }

  @inline(__always)
  static func apply(_ x: (Int) -> Vector, _ write: (Int, Vector) -> Void) {
    let (x1, x2, x3, x4) = (x(1), x(2), x(3), x(4))
    let (near, far) = ((x1 + x2) * (1 / 6), x3 + x4)
    write(0, x(0) * 0.25 - near + far * (1 / 24))
    write(1, (x2 - x1) * (1 / 6) + (x3 - x4) * (1 / 12))
    write(2, far * (1 / 6) - near + x(5))
  }
}

extension WinogradStep {
  /// Transforms a square of `inputs²` lines of `channels` values to one of `outputs²`, wherever they lie.
  ///
  /// `scratch` has room for 36 vectors, and the channels fill whole vectors.
  @inline(never)
  static func transform(
    _ sources: UnsafePointer<UnsafePointer<Float>>, channels: Int,
    to targets: UnsafePointer<UnsafeMutablePointer<Float>>, scratch: UnsafeMutablePointer<Float>
  ) {
    for channel in stride(from: 0, to: channels, by: 16) {
      for column in 0..<inputs {
        apply({ Vector(at: sources[$0 &* inputs &+ column] + channel) }) { row, value in
          value.store(to: scratch + (row &* inputs &+ column) &* 16)
        }
      }
      for row in 0..<outputs {
        apply({ Vector(at: scratch + (row &* inputs &+ $0) &* 16) }) { column, value in
          value.store(to: targets[row &* outputs &+ column] + channel)
        }
      }
    }
  }
}

/// Calls `body` with tables for the lines of a transform, and with scratch memory for one.
func withWinogradTables(
  _ body: (
    _ sources: UnsafeMutablePointer<UnsafePointer<Float>>,
    _ targets: UnsafeMutablePointer<UnsafeMutablePointer<Float>>, _ scratch: UnsafeMutablePointer<Float>
  ) -> Void
) {
  withUnsafeTemporaryAllocation(of: UnsafePointer<Float>.self, capacity: 36) { sources in
    withUnsafeTemporaryAllocation(of: UnsafeMutablePointer<Float>.self, capacity: 36) { targets in
      withUnsafeTemporaryAllocation(byteCount: 36 * 64, alignment: 64) { scratch in
        guard let sources = sources.baseAddress, let targets = targets.baseAddress,
          let scratch = scratch.baseAddress
        else { return }
        body(sources, targets, scratch.assumingMemoryBound(to: Float.self))
      }
    }
  }
}
