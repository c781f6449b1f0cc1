extension Image {
  /// The mirror image, left and right exchanged.
  public var flippedHorizontally: Image {
    Image(width: width, height: height) { out in
      pixels.withUnsafeBufferPointer { pixels in
        for y in 0..<height {
          for x in 0..<width {
            let (target, source) = (3 * (y * width + x), 3 * (y * width + width - 1 - x))
            for channel in 0..<3 { out[target + channel] = pixels[source + channel] }
          }
        }
      }
    }
  }
}

extension LabelMap {
  /// The mirror image, left and right exchanged.
  public var flippedHorizontally: LabelMap {
    let flipped = bytes(count: ids.count) { out in
      ids.withUnsafeBufferPointer { ids in
        for y in 0..<height {
          for x in 0..<width { out[y * width + x] = ids[y * width + width - 1 - x] }
        }
      }
    }
    return LabelMap(width: width, height: height, ids: flipped, palette: palette)
  }
}
