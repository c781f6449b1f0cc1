import Autograd
import Foundation

extension Image {
  /// The picture out of focus, as Pillow's `GaussianBlur` of this radius, a standard deviation in pixels.
  ///
  /// Three box filters after another stand for the Gaussian kernel (Gwosdek et al.: Theoretical Foundations
  /// of Gaussian Convolution by Extended Box Filtering, 2011), so the time does not grow with the radius.
  ///
  /// - Precondition: `radius` is not negative; 0 changes nothing.
  public func blurred(radius: Float) -> Image {
    precondition(radius >= 0, "blurred: the radius \(radius) is negative")
    guard radius > 0 else { return self }
    let box = BoxBlur(radius: BoxBlur.boxRadius(deviation: radius, passes: Self.blurPasses))
    let (lines, columns) = (3 * width, 3)
    var image = self
    for _ in 0..<Self.blurPasses {
      image = image.filteringLines { source, target in
        for y in 0..<height {
          for channel in 0..<3 {
            box.filter(source, target, start: y * lines + channel, stride: columns, count: width)
          }
        }
      }
    }
    for _ in 0..<Self.blurPasses {
      image = image.filteringLines { source, target in
        for start in 0..<lines { box.filter(source, target, start: start, stride: lines, count: height) }
      }
    }
    return image
  }

  private static let blurPasses = 3

  private func filteringLines(
    _ body: (UnsafePointer<UInt8>, UnsafeMutablePointer<UInt8>) -> Void
  ) -> Image {
    Image(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        guard let source = pixels.baseAddress, let target = out.baseAddress else { return }
        body(source, target)
      }
    }
  }
}

/// A moving average over `2·radius + 1` samples, where the outermost two count by the fraction of the radius.
private struct BoxBlur {
  /// The whole part of the radius.
  private let reach: Int
  /// The weights of the samples within reach and of the two beyond, in 24 binary places.
  private let inner: UInt32
  private let outer: UInt32

  init(radius: Float) {
    reach = Int(radius)
    inner = UInt32(Float(1 << 24) / (radius * 2 + 1))
    outer = (1 << 24 - UInt32(2 * reach + 1) * inner) / 2
  }

  /// The box whose repetition has the variance of a Gaussian.
  static func boxRadius(deviation: Float, passes: Int) -> Float {
    let variance = deviation * deviation / Float(passes)
    let length = Float((12 * Double(variance) + 1).squareRoot())
    let whole = Float(((Double(length) - 1) / 2).rounded(.down))
    let numerator = (2 * whole + 1) * (whole * (whole + 1) - 3 * variance)
    return whole + numerator / (6 * (variance - (whole + 1) * (whole + 1)))
  }

  /// Filters `count` samples that lie `stride` apart; those at the ends are repeated outwards.
  func filter(
    _ source: UnsafePointer<UInt8>, _ target: UnsafeMutablePointer<UInt8>, start: Int, stride: Int, count: Int
  ) {
    let last = count - 1
    func sample(_ index: Int) -> UInt32 { UInt32(source[start + min(max(index, 0), last) * stride]) }
    var sum: UInt32 = 0
    for index in -reach...reach { sum += sample(index) }
    for index in 0..<count {
      let (before, after) = (sample(index - reach - 1), sample(index + reach + 1))
      let value = sum &* inner &+ (before + after) &* outer &+ 1 << 23
      target[start + index * stride] = UInt8(truncatingIfNeeded: value >> 24)
      sum = sum + after - sample(index - reach)
    }
  }
}
