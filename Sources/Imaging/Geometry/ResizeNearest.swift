import Autograd

/// Which input index an output index takes in a resize by nearest neighbour.
public enum NearestRule: Sendable {
  /// The index under the centre of the output pixel, ⌊(i + ½)·in/out⌋: Pillow's and OpenCV-exact's rule, and
  /// the one that keeps a mask aligned with a picture that was resized with half-pixel centres.
  case center
  /// ⌊i·in/out⌋, PyTorch's `interpolate(mode="nearest")`: shifted by up to half an input pixel.
  case floor

  /// The input index of each of `output` indices.
  func indices(from input: Int, to output: Int) -> [Int] {
    switch self {
    case .center:
      // Pillow adds up the step instead of multiplying; the rounding differs, so we add as well.
      let scale = Double(input) / Double(output)
      var position = scale * 0.5
      return (0..<output).map { _ in
        defer { position += scale }
        return min(Int(position), input - 1)
      }
    case .floor:
      // PyTorch computes in single precision.
      let scale = Float(input) / Float(output)
      return (0..<output).map { min(Int(Float($0) * scale), input - 1) }
    }
  }
}

extension Image {
  func resizedNearest(_ newWidth: Int, _ newHeight: Int) -> Image {
    let columns = NearestRule.center.indices(from: width, to: newWidth)
    let rows = NearestRule.center.indices(from: height, to: newHeight)
    return Image(width: newWidth, height: newHeight) { out in
      pixels.withUnsafeBufferPointer { pixels in
        var index = 0
        for row in rows {
          for column in columns {
            let source = 3 * (row * width + column)
            for channel in 0..<3 { out[index + channel] = pixels[source + channel] }
            index += 3
          }
        }
      }
    }
  }
}

extension LabelMap {
  /// The mask at another size, each id taken from the nearest pixel by `rule`.
  ///
  /// - Precondition: the new size holds at least one pixel.
  public func resized(width newWidth: Int, height newHeight: Int, _ rule: NearestRule = .center) -> LabelMap {
    precondition(newWidth > 0 && newHeight > 0, "resized: \(newWidth) × \(newHeight) holds no pixel")
    let columns = rule.indices(from: width, to: newWidth)
    let rows = rule.indices(from: height, to: newHeight)
    let resized = bytes(count: newWidth * newHeight) { out in
      ids.withUnsafeBufferPointer { ids in
        for (y, row) in rows.enumerated() {
          for (x, column) in columns.enumerated() { out[y * newWidth + x] = ids[row * width + column] }
        }
      }
    }
    return LabelMap(width: newWidth, height: newHeight, ids: resized, palette: palette)
  }
}
