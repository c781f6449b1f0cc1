extension Image {
  /// The picture with every value from `threshold` on inverted, as Pillow's `ImageOps.solarize`.
  public func solarized(threshold: UInt8 = 128) -> Image {
    Image(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        for index in pixels.indices {
          out[index] = pixels[index] < threshold ? pixels[index] : 255 - pixels[index]
        }
      }
    }
  }
}
