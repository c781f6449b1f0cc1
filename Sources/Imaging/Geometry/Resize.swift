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
