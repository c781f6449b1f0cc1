extension Image {
  /// Brighter or darker: a mix with black, v · factor, as torchvision's `adjust_brightness` on Pillow images.
  ///
  /// - Precondition: `factor` is not negative; 1 changes nothing.
  public func adjustingBrightness(_ factor: Float) -> Image {
    blended(with: { _, _, _ in (0, 0, 0) }, factor)
  }

  /// More or less contrast: a mix with the mean grey level, as torchvision's `adjust_contrast`.
  ///
  /// - Precondition: `factor` is not negative; 1 changes nothing, 0 leaves plain grey.
  public func adjustingContrast(_ factor: Float) -> Image {
    var sum = 0
    pixels.withUnsafeBufferPointer { pixels in
      for index in stride(from: 0, to: pixels.count, by: 3) {
        sum += Int(luma(pixels[index], pixels[index + 1], pixels[index + 2]))
      }
    }
    let mean = Int32(Double(sum) / Double(width * height) + 0.5)
    return blended(with: { _, _, _ in (mean, mean, mean) }, factor)
  }

  /// Richer or paler colours: a mix with the pixel's own grey level, as torchvision's `adjust_saturation`.
  ///
  /// - Precondition: `factor` is not negative; 1 changes nothing, 0 leaves a grey picture.
  public func adjustingSaturation(_ factor: Float) -> Image {
    blended(
      with: { red, green, blue in
        let grey = luma(red, green, blue)
        return (grey, grey, grey)
      }, factor)
  }

  /// The grey level of each pixel in all three channels: ITU-R 601-2, as Pillow's `convert("L")`.
  public var grey: Image { adjustingSaturation(0) }

  /// Pillow's `Image.blend`: other + (self − other) · factor in single precision, cut to whole numbers.
  private func blended(
    with other: (UInt8, UInt8, UInt8) -> (Int32, Int32, Int32), _ factor: Float
  ) -> Image {
    precondition(factor >= 0, "color: the factor \(factor) is negative")
    if factor == 1 { return self }
    return Image(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        for index in stride(from: 0, to: pixels.count, by: 3) {
          let target = other(pixels[index], pixels[index + 1], pixels[index + 2])
          out[index] = mix(target.0, pixels[index], factor)
          out[index + 1] = mix(target.1, pixels[index + 1], factor)
          out[index + 2] = mix(target.2, pixels[index + 2], factor)
        }
      }
    }
  }
}

@inline(__always)
private func mix(_ from: Int32, _ to: UInt8, _ factor: Float) -> UInt8 {
  let value = Float(from) + factor * Float(Int32(to) - from)
  return UInt8(min(max(value, 0), 255))
}

/// Pillow's `L24`: weights 0.299, 0.587, 0.114 in 16 binary places.
@inline(__always)
private func luma(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> Int32 {
  (Int32(red) * 19595 + Int32(green) * 38470 + Int32(blue) * 7471 + 0x8000) >> 16
}
