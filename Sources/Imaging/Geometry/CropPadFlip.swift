import Autograd

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
