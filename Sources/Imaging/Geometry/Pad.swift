extension Image {
  /// A canvas of one colour with this picture on it, its top left corner at (x, y).
  ///
  /// - Precondition: the picture fits on the canvas.
  public func padded(width newWidth: Int, height newHeight: Int, x: Int, y: Int, with color: Color) -> Image {
    requireRoom(width, height, x, y, on: (newWidth, newHeight))
    var canvas = Image(width: newWidth, height: newHeight, color: color)
    canvas.pixels.paste(pixels, length: 3 * width, at: 3 * x, y, stride: 3 * newWidth)
    return canvas
  }
}

extension LabelMap {
  /// A canvas of one id with this mask on it, its top left corner at (x, y).
  ///
  /// - Precondition: the mask fits on the canvas.
  public func padded(
    width newWidth: Int, height newHeight: Int, x: Int, y: Int, with id: UInt8 = 255
  ) -> LabelMap {
    requireRoom(width, height, x, y, on: (newWidth, newHeight))
    var canvas = [UInt8](repeating: id, count: newWidth * newHeight)
    canvas.paste(ids, length: width, at: x, y, stride: newWidth)
    return LabelMap(width: newWidth, height: newHeight, ids: canvas, palette: palette)
  }
}

private func requireRoom(_ width: Int, _ height: Int, _ x: Int, _ y: Int, on size: (width: Int, height: Int))
{
  precondition(
    x >= 0 && y >= 0 && x + width <= size.width && y + height <= size.height,
    "padded: \(width) × \(height) at (\(x), \(y)) does not fit on \(size.width) × \(size.height)")
}

extension [UInt8] {
  /// Overwrites rows of `length` bytes with those of `source`, the first at byte `start` of row `y`.
  mutating func paste(_ source: [UInt8], length: Int, at start: Int, _ y: Int, stride: Int) {
    withUnsafeMutableBufferPointer { out in
      source.withUnsafeBufferPointer { source in
        guard let out = out.baseAddress, let source = source.baseAddress.map({ ($0, source.count) }) else {
          return
        }
        for row in 0..<source.1 / length {
          (out + (y + row) * stride + start).update(from: source.0 + row * length, count: length)
        }
      }
    }
  }
}
