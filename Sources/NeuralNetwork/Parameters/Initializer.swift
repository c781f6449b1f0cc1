public import Autograd
import Foundation

/// How a parameter gets its first values.
///
/// The fan-in of a linear weight `[outputs, inputs]` is its second extent, that of a convolution kernel
/// `[height, width, inputs, outputs]` the product of the first three.
public enum Initializer: Sendable {
  case zeros
  case ones
  /// The same value everywhere.
  case constant(Float)
  /// Each channel by itself through a window `[height, width, channels, channels]`: the middle tap has the
  /// share `center`, the others have equal ones of the rest.
  case windowIdentity(center: Float)
  /// Uniform within ±1/√fan-in: PyTorch's default for linear and convolution weights and their biases.
  case uniformFanIn(Int)
  /// Normal with variance 2/fan-out: torchvision's initialisation of ResNet convolutions.
  case kaimingNormalFanOut(Int)
  /// Normal with mean 0 and this standard deviation.
  case normal(Float)
  /// Normal with this standard deviation, redrawn beyond two of them: the initialisation of transformers.
  case truncatedNormal(Float)

  /// Fresh values for a parameter of `shape`, from `random`.
  public func values(shape: Shape, random: Philox) -> Tensor {
    switch self {
    case .zeros: return .zeros(shape)
    case .ones: return .ones(shape)
    case .constant(let value): return Tensor(repeating: value, shape: shape)
    case .windowIdentity(let center):
      let (taps, rows, columns) = (shape[0] * shape[1], shape[2], shape[3])
      let other = taps > 1 ? (1 - center) / Float(taps - 1) : 0
      return Tensor(
        (0..<shape.elementCount).map { index in
          guard index / columns % rows == index % columns else { return 0 }
          return index / (rows * columns) == taps / 2 ? center : other
        }, shape: shape)
    case .uniformFanIn(let fanIn):
      let bound = 1 / Float(max(fanIn, 1)).squareRoot()
      return Self.fill(shape) { bound * (2 * random.uniforms(at: $0) - 1) }
    case .kaimingNormalFanOut(let fanOut):
      let deviation = (2 / Float(max(fanOut, 1))).squareRoot()
      return Self.fill(shape) { deviation * random.normals(at: $0) }
    case .normal(let deviation):
      return Self.fill(shape) { deviation * random.normals(at: $0) }
    case .truncatedNormal(let deviation):
      return Self.fill(shape) { deviation * random.truncatedNormals(at: $0) }
    }
  }

  /// Fills a tensor in parallel with four values from each position of a stream.
  private static func fill(_ shape: Shape, _ values: @Sendable (_ position: UInt64) -> SIMD4<Float>) -> Tensor
  {
    Tensor(shape: shape) { out in
      parallelFill(&out, grain: 1 << 14) { part, start in
        for index in stride(from: 0, to: part.count, by: 4) {
          let four = values(UInt64(start + index) / 4)
          for lane in 0..<min(4, part.count - index) { part[index + lane] = four[lane] }
        }
      }
    }
  }
}

extension Philox {
  /// Four numbers strictly inside the unit interval.
  fileprivate func uniforms(at position: UInt64) -> SIMD4<Float> {
    (SIMD4<Float>(block(at: position) &>> 9) + 0.5) * 0x1p-23
  }

  /// Four numbers of the standard normal distribution (Box–Muller).
  fileprivate func normals(at position: UInt64) -> SIMD4<Float> {
    let uniform = uniforms(at: position)
    let (first, second) = ((-2 * log(uniform[0])).squareRoot(), (-2 * log(uniform[2])).squareRoot())
    let (angle1, angle2) = (2 * Float.pi * uniform[1], 2 * Float.pi * uniform[3])
    return SIMD4(first * cos(angle1), first * sin(angle1), second * cos(angle2), second * sin(angle2))
  }

  /// Four numbers of the standard normal distribution within ±2; others are drawn again further on.
  fileprivate func truncatedNormals(at position: UInt64) -> SIMD4<Float> {
    var values = normals(at: position)
    var attempt: UInt64 = 1
    while true {
      let isOutside = values .> 2 .| values .< -2
      if !any(isOutside) { return values }
      values.replace(with: normals(at: position &+ attempt << 48), where: isOutside)
      attempt += 1
    }
  }
}
