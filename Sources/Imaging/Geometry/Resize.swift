import Autograd
import Foundation

/// How a picture is brought to another size.
public enum ImageFilter: Sendable, CaseIterable {
  /// The input pixel under the centre of the output pixel, as Pillow's `NEAREST`.
  case nearest
  /// The triangle kernel, widened when shrinking (no aliasing): the bytes of Pillow's `BILINEAR`.
  case bilinear
  /// The Keys kernel with a = −0.5, widened when shrinking: the bytes of Pillow's `BICUBIC`.
  case bicubic
  /// Two taps per axis at any size, so shrinking aliases: PyTorch's `interpolate(mode="bilinear")` with
  /// half-pixel centres, rounded to the nearest byte. OpenCV's `INTER_LINEAR` differs by rounding only.
  case bilinearPlain
}

/// The kernel of Pillow's `BILINEAR`.
func triangle(_ x: Double) -> Double { max(0, 1 - abs(x)) }

/// The kernel of Pillow's `BICUBIC`: Keys, "Cubic convolution interpolation" (1981), a = −0.5.
func keys(_ x: Double) -> Double {
  let a = -0.5
  let x = abs(x)
  if x < 1 { return ((a + 2) * x - (a + 3)) * x * x + 1 }
  return x < 2 ? (((x - 5) * x + 8) * x - 4) * a : 0
}

extension Image {
  /// The picture at another size.
  ///
  /// - Precondition: the new size holds at least one pixel.
  public func resized(width newWidth: Int, height newHeight: Int, _ filter: ImageFilter) -> Image {
    precondition(newWidth > 0 && newHeight > 0, "resized: \(newWidth) × \(newHeight) holds no pixel")
    if newWidth == width && newHeight == height { return self }
    switch filter {
    case .nearest: return resizedNearest(newWidth, newHeight)
    case .bilinear: return resized(newWidth, newHeight, support: 1, kernel: triangle)
    case .bicubic: return resized(newWidth, newHeight, support: 2, kernel: keys)
    case .bilinearPlain: return resizedPlain(newWidth, newHeight)
    }
  }

  /// Pillow's two passes with 8-bit samples in between, in the order that Pillow 13 takes.
  ///
  /// Up to version 12 the rows always came first; the bytes of the two orders differ by 1 at most.
  private func resized(
    _ newWidth: Int, _ newHeight: Int, support: Double, kernel: (Double) -> Double
  ) -> Image {
    let across = ResampleWeights(from: width, to: newWidth, support: support, kernel: kernel)
    let down = ResampleWeights(from: height, to: newHeight, support: support, kernel: kernel)
    let startsDown = newHeight < height && 2 * (width - newWidth) < height - newHeight
    return startsDown
      ? resampledVertically(down, height: newHeight).resampledHorizontally(across, width: newWidth)
      : resampledHorizontally(across, width: newWidth).resampledVertically(down, height: newHeight)
  }

  private func resampledHorizontally(_ weights: ResampleWeights, width newWidth: Int) -> Image {
    if newWidth == width { return self }
    return Image(width: newWidth, height: height) { out in
      withPixelVectors { row, load in
        for y in 0..<height {
          load(y)
          for x in 0..<newWidth {
            var sum = SIMD4<Int32>(repeating: 1 << Int32(ResampleWeights.precision - 1))
            let start = weights.starts[x]
            let base = x * weights.tapLimit
            for tap in 0..<weights.counts[x] {
              sum &+= row[start + tap] &* weights.weights[base + tap]
            }
            store(sum &>> Int32(ResampleWeights.precision), to: out, at: 3 * (y * newWidth + x))
          }
        }
      }
    }
  }

  /// Calls `body` with room for one row of pixels as vectors and a function that fills it with row y.
  private func withPixelVectors(
    _ body: (UnsafeMutablePointer<SIMD4<Int32>>, (Int) -> Void) -> Void
  ) {
    withUnsafeTemporaryAllocation(of: SIMD4<Int32>.self, capacity: width) { row in
      guard let row = row.baseAddress else { return }
      pixels.withUnsafeBufferPointer { pixels in
        body(row) { y in
          var index = 3 * y * width
          for x in 0..<width {
            row[x] = SIMD4(Int32(pixels[index]), Int32(pixels[index + 1]), Int32(pixels[index + 2]), 0)
            index += 3
          }
        }
      }
    }
  }

  private func store(_ value: SIMD4<Int32>, to out: UnsafeMutableBufferPointer<UInt8>, at index: Int) {
    let value = value.clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
    out[index] = UInt8(truncatingIfNeeded: value.x)
    out[index + 1] = UInt8(truncatingIfNeeded: value.y)
    out[index + 2] = UInt8(truncatingIfNeeded: value.z)
  }

  private func resampledVertically(_ weights: ResampleWeights, height newHeight: Int) -> Image {
    if newHeight == height { return self }
    let stride = 3 * width
    return Image(width: width, height: newHeight) { out in
      withUnsafeTemporaryAllocation(of: Int32.self, capacity: stride) { sums in
        guard let sums = sums.baseAddress, let out = out.baseAddress else { return }
        pixels.withUnsafeBufferPointer { pixels in
          guard let pixels = pixels.baseAddress else { return }
          for y in 0..<newHeight {
            sums.update(repeating: 1 << Int32(ResampleWeights.precision - 1), count: stride)
            for tap in 0..<weights.counts[y] {
              let row = pixels + (weights.starts[y] + tap) * stride
              let weight = weights.weights[y * weights.tapLimit + tap]
              for index in 0..<stride { sums[index] &+= Int32(row[index]) &* weight }
            }
            let target = out + y * stride
            for index in 0..<stride {
              let value = sums[index] &>> Int32(ResampleWeights.precision)
              target[index] = UInt8(truncatingIfNeeded: min(max(value, 0), 255))
            }
          }
        }
      }
    }
  }
}

/// The taps of one axis of Pillow's resize: which input samples make up each output sample.
///
/// `precompute_coeffs` and `normalize_coeffs_8bpc` of Pillow's `Resample.c`: the kernel is widened by the
/// factor that the axis shrinks by, cut at the border and renormalised, then rounded to 22 binary places.
struct ResampleWeights {
  /// The binary places of a weight; 8 bits of sample and 2 of headroom fill the rest of 32.
  static let precision = 22

  /// The first input sample of each output sample.
  let starts: [Int]
  /// The number of taps of each output sample.
  let counts: [Int]
  /// The weights, `tapLimit` places per output sample.
  let weights: [Int32]
  /// The most taps that an output sample has.
  let tapLimit: Int

  init(from input: Int, to output: Int, support: Double, kernel: (Double) -> Double) {
    let scale = Double(input) / Double(output)
    let stretch = max(scale, 1)
    let reach = support * stretch
    tapLimit = Int(reach.rounded(.up)) * 2 + 1
    var starts: [Int] = []
    var counts: [Int] = []
    var weights = [Int32](repeating: 0, count: output * tapLimit)
    for index in 0..<output {
      let center = (Double(index) + 0.5) * scale
      let first = max(Int(center - reach + 0.5), 0)
      let count = min(Int(center + reach + 0.5), input) - first
      // Pillow multiplies by the inverse; dividing would round some weights differently.
      let inverse = 1 / stretch
      let values = (0..<count).map { kernel((Double($0 + first) - center + 0.5) * inverse) }
      let sum = values.reduce(0, +)
      for (tap, value) in values.enumerated() {
        let share = (sum == 0 ? value : value / sum) * Double(1 << Self.precision)
        weights[index * tapLimit + tap] = Int32(share < 0 ? share - 0.5 : share + 0.5)
      }
      starts.append(first)
      counts.append(count)
    }
    self.starts = starts
    self.counts = counts
    self.weights = weights
  }
}
