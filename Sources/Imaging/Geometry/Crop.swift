extension Image {
  /// The part with its top left corner at (x, y).
  ///
  /// - Precondition: the part lies inside and holds at least one pixel.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Image {
    requirePart(x, y, newWidth, newHeight, of: (width, height))
    return Image(width: newWidth, height: newHeight) { out in
      copyRows(from: pixels, stride: 3 * width, at: (3 * x, y), to: out, length: 3 * newWidth)
    }
  }
}

extension LabelMap {
  /// The part with its top left corner at (x, y).
  ///
  /// - Precondition: the part lies inside and holds at least one pixel.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> LabelMap {
    requirePart(x, y, newWidth, newHeight, of: (width, height))
    let part = bytes(count: newWidth * newHeight) { out in
      copyRows(from: ids, stride: width, at: (x, y), to: out, length: newWidth)
    }
    return LabelMap(width: newWidth, height: newHeight, ids: part, palette: palette)
  }
}

private func requirePart(_ x: Int, _ y: Int, _ width: Int, _ height: Int, of size: (width: Int, height: Int))
{
  precondition(
    x >= 0 && y >= 0 && width > 0 && height > 0 && x + width <= size.width && y + height <= size.height,
    "cropped: \(width) × \(height) at (\(x), \(y)) is not inside \(size.width) × \(size.height)")
}

/// Fills `out` with rows of `length` bytes, the first from byte `start.0` of row `start.1`.
private func copyRows(
  from source: [UInt8], stride: Int, at start: (Int, Int), to out: UnsafeMutableBufferPointer<UInt8>,
  length: Int
) {
  source.withUnsafeBufferPointer { source in
    guard let source = source.baseAddress, let out = out.baseAddress.map({ ($0, out.count) }) else { return }
    for row in 0..<out.1 / length {
      (out.0 + row * length).update(from: source + (start.1 + row) * stride + start.0, count: length)
    }
  }
}
